using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using DnC.Workflow.Cli.Tables;
using DnC.Workflow.Learning.Clustering;

namespace DnC.Workflow.Cli.Tests.EndToEnd;

/// <summary>'dnc embed' of a run's and of an exported model.</summary>
public sealed class EmbedTests(FinishedRun finished) : IDisposable
{
    private const int Images = SmallData.Pretrain + (2 * SmallData.Labelled);
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_format_holds_the_same_rows_also_of_the_exported_model()
    {
        var exported = _folder.At("model");
        DncProcess.Run("export", Run, "--root", finished.Root, "--out", exported).Expect(0);
        var (npy, csv, parquet) = (_folder.At("rows.npy"), _folder.At("rows.csv"), _folder.At("rows.parquet"));
        Assert.Contains($"{Images} images × 64 features (pooled) by dnc", Embed(Run, npy).Expect(0).Out, StringComparison.Ordinal);
        Embed(exported, csv).Expect(0);
        Embed(exported, parquet).Expect(0);

        var rows = Rows(parquet);
        Assert.Equal(Images, rows.Ids.Count);
        Assert.Equal(Images, rows.Ids.Distinct().Count());
        Assert.Contains(rows.Ids, id => id.StartsWith("probe-", StringComparison.Ordinal));
        foreach (var other in (string[])[npy, csv])
        {
            Assert.Equal(rows.Ids, Rows(other).Ids);
            Assert.Equal(rows.Values, Rows(other).Values);
        }

        // By NumPy's published form, read by hand.
        var bytes = File.ReadAllBytes(npy);
        var start = 10 + BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(8));
        Assert.Equal(0, start % 64);
        Assert.Contains($"'shape': ({Images}, 64)", System.Text.Encoding.ASCII.GetString(bytes, 10, start - 10), StringComparison.Ordinal);
        Assert.Equal(rows.Values, MemoryMarshal.Cast<byte, float>(bytes.AsSpan(start)).ToArray());
        Assert.Equal(rows.Ids, File.ReadAllLines(_folder.At("rows.ids.txt")));
        Assert.Equal(["model", "rows.csv", "rows.ids.txt", "rows.npy", "rows.parquet"], Directory.EnumerateFileSystemEntries(_folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_base_s_hidden_layer_is_what_the_run_itself_embedded()
    {
        var file = _folder.At("hidden.npy");
        Embed(Run + ":base", file, "--layer", "hidden").Expect(0);

        var rows = Rows(file);
        var status = RunStatus.Of(finished.Root);
        using var own = FeatureMatrix.Open(status.Output("embed", "embedding.bin"));
        var ids = File.ReadAllLines(status.Output("embed", "embedded.tsv")).Select(l => l.Split('\t')[0]).ToList();
        Assert.Equal(SmallData.Pretrain, own.Rows);
        for (var row = 0; row < own.Rows; row++)
        {
            var at = rows.Ids.IndexOf(ids[row]) * own.Columns;
            foreach (var (mine, theirs) in rows.Values.Skip(at).Take(own.Columns).Zip(own.Row(row).ToArray()))
                Assert.Equal(theirs, mine, 1e-4f);
        }
    }

    [Theory]
    [InlineData("rows.npy")]
    [InlineData("rows.parquet")]
    public void Killed_it_goes_on_and_ends_with_the_same_bytes(string name)
    {
        var (whole, file) = (_folder.At(_folder.Make("whole"), name), _folder.At(name));
        Embed(Run, whole, "--batch", "4").Expect(0);

        using (var process = DncProcess.Start(Arguments(Run, file, "--batch", "4")))
        {
            while (!File.Exists(_folder.At(name + ".partial", "000002.json")))
                Assert.False(File.Exists(file), "it ended before it could be killed");
            process.Kill(tree: true);
        }

        Assert.False(File.Exists(file));
        Assert.Contains("another batch", Embed(Run, file, "--batch", "8").Expect(2).Error, StringComparison.Ordinal);
        var error = Embed(Run, file, "--batch", "4").Expect(0).Error;
        var begun = int.Parse(error.Split("Going on at image ")[1].Split(' ')[0], CultureInfo.InvariantCulture);
        Assert.InRange(begun, 3 * 32, Images);
        Assert.Equal(File.ReadAllBytes(whole), File.ReadAllBytes(file));
        Assert.False(Directory.Exists(file + ".partial"));
    }

    [Fact]
    public void Files_that_are_no_images_are_named_skipped_and_counted()
    {
        var data = _folder.Make("data");
        finished.Data.WriteFlat(data, spoilt: 6);
        var result = Embed(Run, _folder.At("rows.csv"), data).Expect(0);
        Assert.Contains("294 images", result.Out, StringComparison.Ordinal);
        Assert.Contains("6 skipped", result.Out, StringComparison.Ordinal);
        Assert.Equal(6, result.Error.Split("skipped: ").Length - 1);
        Assert.Equal(294, Rows(_folder.At("rows.csv")).Ids.Count);

        foreach (var file in Directory.EnumerateFiles(data))
            File.WriteAllText(file, "no image");
        Assert.Contains("None of 300 files is an image", Embed(Run, _folder.At("none.csv"), data).Expect(2).Error, StringComparison.Ordinal);
        Assert.Equal(["data", "rows.csv"], Directory.EnumerateFileSystemEntries(_folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Mistakes_are_told_with_the_way_out()
    {
        Assert.Contains("expected .parquet, .npy, .csv", Embed(Run, _folder.At("rows.txt")).Expect(2).Error, StringComparison.Ordinal);
        _folder.Write("rows.csv", "mine");
        Assert.Contains("--force replaces it", Embed(Run, _folder.At("rows.csv")).Expect(2).Error, StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(_folder.At("rows.csv")));
        Assert.Contains("does not exist", Embed(Run, _folder.At("new.csv"), _folder.At("nowhere")).Expect(2).Error, StringComparison.Ordinal);
        Assert.Contains("has no config.json", Embed(_folder.Path, _folder.At("new.csv")).Expect(2).Error, StringComparison.Ordinal);
        Assert.Contains("There is no folder", Embed(_folder.At("gone"), _folder.At("new.csv")).Expect(2).Error, StringComparison.Ordinal);
        using (var other = PartialTable.Open(_folder.At("held.csv"), new Dictionary<string, string>(), force: false))
            Assert.Contains("another process is writing it", Embed(Run, _folder.At("held.csv")).Expect(2).Error, StringComparison.Ordinal);
    }

    private string Run => RunStatus.Of(finished.Root).Report.Id;

    private DncResult Embed(string model, string file, params string[] more) => DncProcess.Run(Arguments(model, file, more));

    private string[] Arguments(string model, string file, params string[] more)
    {
        var data = more is [var first, ..] && !first.StartsWith("--", StringComparison.Ordinal) ? first : null;
        return ["embed", model, "--data", data ?? finished.Data.Shards, "--out", file, "--root", finished.Root, .. data is null ? more : more[1..]];
    }

    private static (List<string> Ids, float[] Values) Rows(string file)
    {
        var parts = TableFormats.OfExisting(file).Read(file).ToList();
        return ([.. parts.SelectMany(p => p.Ids)], [.. parts.SelectMany(p => p.Values)]);
    }
}
