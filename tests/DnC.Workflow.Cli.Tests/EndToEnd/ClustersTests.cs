using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace DnC.Workflow.Cli.Tests.EndToEnd;

/// <summary>'dnc clusters' on a run that has its embedding.</summary>
public sealed class ClustersTests(FinishedRun finished) : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_range_is_tried_and_told_as_table_json_and_picture_and_the_run_stays_as_it_is()
    {
        var root = finished.Copy(_folder);
        var before = root.Status().Report;
        var printed = Clusters(root, "--k", "2..6", "--step", "2", "--out", _folder.At("scan")).Expect(0);
        Assert.Contains("silhouette", printed.Out, StringComparison.Ordinal);

        var rows = JsonNode.Parse(File.ReadAllText(_folder.At("scan/clusters.json")))!["clusters"]!.AsArray();
        Assert.Equal([2, 4, 6], rows.Select(r => r!["k"]!.GetValue<int>()));
        Assert.All(rows, r => Assert.InRange(r!["stability"]!.GetValue<double>(), -1, 1));
        var picture = XDocument.Load(_folder.At("scan/clusters.svg"));
        Assert.Equal(9, picture.Descendants().Count(e => e.Name.LocalName == "circle"));
        Assert.Equal(rows.ToJsonString(), JsonNode.Parse(Clusters(root, "--k", "2..6", "--step", "2", "--json").Expect(0).Out)!["clusters"]!.ToJsonString());
        Assert.Equal(before.Stages.Select(s => s.State), root.Status().Report.Stages.Select(s => s.State));
    }

    [Theory]
    [InlineData("9..4", "4..9")]
    [InlineData("2..1000000", "take a range within 2..")]
    [InlineData("some", "--k some")]
    public void A_range_that_makes_no_sense_is_told(string range, string part) =>
        Assert.Contains(part, Flat(Clusters(finished.Copy(_folder), "--k", range).Expect(2).Error), StringComparison.Ordinal);

    [Theory]
    [InlineData("--step", "0")]
    [InlineData("--seeds", "1")]
    public void So_is_a_number_that_makes_none(string option, string value) =>
        Assert.Contains($"{option} {value}: expected", Flat(Clusters(finished.Copy(_folder), option, value).Expect(2).Error), StringComparison.Ordinal);

    [Fact]
    public void A_damaged_embedding_is_named_with_the_way_out()
    {
        var root = finished.Copy(_folder);
        var file = Directory.EnumerateFiles(Path.Combine(root.Root, "artifacts"), "embedding*", SearchOption.AllDirectories).Single();
        File.SetAttributes(file, FileAttributes.Normal);
        using (var stream = File.Open(file, FileMode.Open))
            stream.SetLength(stream.Length - 4);
        Assert.Contains("embed' makes the embedding again", Flat(Clusters(root).Expect(2).Error), StringComparison.Ordinal);
    }

    // The terminal's width breaks lines.
    private static string Flat(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static DncResult Clusters(RootCopy root, params string[] more) =>
        DncProcess.Run(["clusters", root.Status().Report.Id, "--root", root.Root, .. more]);
}
