using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text.Json;
using DnC.Workflow.Images.Demo;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Images.Tests.Demo;

public sealed class DemoSetTests : IDisposable
{
    private static readonly DemoOptions Small = new(Pretrain: 140, Probe: 100, Test: 100, Seed: 5);
    private readonly string _root = Directory.CreateTempSubdirectory("dnc-demo-").FullName;

    private string Folder => Path.Combine(_root, "demo");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void The_same_options_give_the_same_bytes_as_ever()
    {
        // Committed so that pictures cannot change unnoticed: if this fails on purpose, raise DemoManifest.Current with it.
        Assert.True(DemoSet.Ensure(Folder, Small, threads: 2, TestContext.Current.CancellationToken));
        var actual = Directory.GetFiles(Folder).Where(file => Path.GetFileName(file) != "demo.json").Order(StringComparer.Ordinal)
            .Select(file => $"{Path.GetFileName(file)} {Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)))[..16]}");
        Assert.Equal(
            [
                "labels.csv 52514b1f96668cb6",
                "pretrain-000000.tar 9d50b9c462d0f3f5",
                "probe-000000.tar 6bc7a87f579a6350",
                "test-000000.tar 82a570f7db7fce59",
            ],
            actual);
    }

    [Fact]
    public void Threads_change_nothing_and_seeds_do()
    {
        DemoSet.Ensure(Folder, Small, 1, TestContext.Current.CancellationToken);
        DemoSet.Ensure(Folder + "3", Small, 3, TestContext.Current.CancellationToken);
        DemoSet.Ensure(Folder + "seed", Small with { Seed = 6 }, 3, TestContext.Current.CancellationToken);
        Assert.Equal(Bytes(Folder, "pretrain-000000.tar"), Bytes(Folder + "3", "pretrain-000000.tar"));
        Assert.NotEqual(Bytes(Folder, "pretrain-000000.tar"), Bytes(Folder + "seed", "pretrain-000000.tar"));
    }

    [Fact]
    public void A_complete_set_is_kept_and_a_damaged_or_different_one_replaced()
    {
        var stop = TestContext.Current.CancellationToken;
        Assert.True(DemoSet.Ensure(Folder, Small, 2, stop));
        Assert.False(DemoSet.Ensure(Folder, Small, 2, stop));
        File.AppendAllText(Path.Combine(Folder, "test-000000.tar"), "x");
        Assert.True(DemoSet.Ensure(Folder, Small, 2, stop));
        File.WriteAllText(Path.Combine(Folder, "demo.json"), "{ torn");
        Assert.True(DemoSet.Ensure(Folder, Small, 2, stop));
        Assert.True(DemoSet.Ensure(Folder, Small with { Seed = 6 }, 2, stop));
        Assert.False(DemoSet.Ensure(Folder, Small with { Seed = 6 }, 2, stop));
        Assert.Equal([Folder], Directory.GetDirectories(_root));
    }

    [Fact]
    public void A_stopped_rendering_leaves_the_folder_as_it_was()
    {
        DemoSet.Ensure(Folder, Small, 2, TestContext.Current.CancellationToken);
        using var stopped = new CancellationTokenSource();
        stopped.Cancel();
        Assert.Throws<OperationCanceledException>(() => DemoSet.Ensure(Folder, Small with { Seed = 6 }, 2, stopped.Token));
        Assert.Equal([Folder], Directory.GetDirectories(_root));
        Assert.False(DemoSet.Ensure(Folder, Small, 2, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_folder_of_something_else_is_refused()
    {
        Directory.CreateDirectory(Folder);
        var mine = Path.Combine(Folder, "thesis.tex");
        File.WriteAllText(mine, "mine");
        var refusal = Assert.Throws<UserInputException>(() => DemoSet.Ensure(Folder, Small, 2, TestContext.Current.CancellationToken));
        Assert.Contains(Folder, refusal.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(mine));
        Assert.Throws<UserInputException>(() => DemoSet.Ensure(mine, Small, 2, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Labels_stand_beside_probe_and_test_images_and_nowhere_in_pretrain()
    {
        DemoSet.Ensure(Folder, Small, 2, TestContext.Current.CancellationToken);
        var rows = File.ReadAllLines(Path.Combine(Folder, "labels.csv"));
        Assert.Equal("file,split,domain_id,domain,class_id,class,group,pretrain_count,tier,source", rows[0]);
        Assert.Equal(340, rows.Length - 1);
        var byFile = rows.Skip(1).Select(row => row.Split(',')).ToDictionary(row => row[0]);
        Assert.All(Entries("pretrain").Keys, name => Assert.EndsWith(".png", name, StringComparison.Ordinal));
        Assert.Equal(140, Entries("pretrain").Count);
        foreach (var part in new[] { "probe", "test" })
        {
            var entries = Entries(part);
            Assert.Equal(300, entries.Count);
            foreach (var key in entries.Keys.Where(name => name.EndsWith(".cls", StringComparison.Ordinal)).Select(name => name[..^4]))
            {
                var row = byFile[$"{part}/{key}.png"];
                Assert.Equal(row[4], System.Text.Encoding.UTF8.GetString(entries[$"{key}.cls"]));
                using var json = JsonDocument.Parse(entries[$"{key}.json"]);
                Assert.Equal((row[3], row[5]), (json.RootElement.GetProperty("domain").GetString(), json.RootElement.GetProperty("class").GetString()));
            }
            var counts = byFile.Values.Where(row => row[1] == part).CountBy(row => row[4]).ToArray();
            Assert.Equal(100, counts.Length);
            Assert.All(counts, count => Assert.Equal(1, count.Value));
        }
    }

    [Fact]
    public void Counts_below_the_classes_are_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => DemoSet.Ensure(Folder, Small with { Probe = 99 }, 1, TestContext.Current.CancellationToken));

    private static byte[] Bytes(string folder, string file) => File.ReadAllBytes(Path.Combine(folder, file));

    private Dictionary<string, byte[]> Entries(string part)
    {
        using var stream = File.OpenRead(Path.Combine(Folder, $"{part}-000000.tar"));
        using var tar = new TarReader(stream);
        var entries = new Dictionary<string, byte[]>();
        while (tar.GetNextEntry() is { } entry)
        {
            using var copy = new MemoryStream();
            entry.DataStream!.CopyTo(copy);
            entries.Add(entry.Name, copy.ToArray());
        }
        return entries;
    }
}
