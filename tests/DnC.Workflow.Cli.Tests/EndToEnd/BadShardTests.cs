using System.Formats.Tar;

namespace DnC.Workflow.Cli.Tests.EndToEnd;

/// <summary>Tar shards that are truncated or hostile are refused before anything starts.</summary>
public sealed class BadShardTests(FinishedRun finished) : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_truncated_shard()
    {
        TestFolder.Copy(finished.Data.Shards, _folder.At("data"));
        var shard = Directory.EnumerateFiles(_folder.At("data"), "pretrain-*.tar").First();
        using (var file = File.OpenWrite(shard))
            file.SetLength(file.Length / 2);
        Refused(Path.GetFileName(shard));
    }

    [Fact]
    public void A_member_that_leaves_the_folder()
    {
        using (var writer = new TarWriter(File.Create(Path.Combine(_folder.Make("data"), "pretrain-0.tar"))))
            writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, "../../escape.png") { DataStream = new MemoryStream([1]) });
        Refused("escape.png");
    }

    [Fact]
    public void A_member_of_absurd_size()
    {
        TestFolder.Copy(finished.Data.Shards, _folder.At("data"));
        var shard = Directory.EnumerateFiles(_folder.At("data"), "pretrain-*.tar").First();
        var bytes = File.ReadAllBytes(shard);
        "77777777777"u8.CopyTo(bytes.AsSpan(124));
        bytes.AsSpan(148, 8).Fill((byte)' ');
        var sum = bytes.Take(512).Sum(b => (int)b);
        System.Text.Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ").CopyTo(bytes, 148);
        File.WriteAllBytes(shard, bytes);
        Refused(Path.GetFileName(shard));
    }

    private void Refused(string names)
    {
        var result = DncProcess.Run("run", finished.Spec, "--data", _folder.At("data"), "--root", _folder.At("root")).Expect(2);
        Assert.Contains(names, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.All, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.At("root")));
    }
}
