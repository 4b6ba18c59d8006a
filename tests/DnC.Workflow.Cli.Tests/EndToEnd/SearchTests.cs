using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace DnC.Workflow.Cli.Tests.EndToEnd;

/// <summary>'dnc search' and 'dnc route' with a finished run.</summary>
public sealed partial class SearchTests(FinishedRun finished) : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_image_is_its_own_nearest_and_a_file_that_is_none_is_skipped()
    {
        var (data, index) = Indexed("rows.parquet");
        var asked = Directory.EnumerateFiles(data).Order(StringComparer.Ordinal).Skip(5).Take(2).ToList();
        var broken = _folder.Write("broken.png", "no image");
        var sheet = _folder.At("found.html");

        var result = Search([index, .. asked, broken, "--top", "4", "--json", "--html", sheet, "--data", data]).Expect(0);
        Assert.Contains($"skipped: {broken}", result.Error, StringComparison.Ordinal);
        var found = JsonNode.Parse(result.Out)!;
        Assert.Equal(asked, found["queries"]!.AsArray().Select(q => q!["image"]!.GetValue<string>()));
        foreach (var query in found["queries"]!.AsArray())
        {
            var neighbours = query!["neighbours"]!.AsArray();
            Assert.Equal(Path.GetFileName(query["image"]!.GetValue<string>()), neighbours[0]!["id"]!.GetValue<string>());
            Assert.Equal(1, neighbours[0]!["similarity"]!.GetValue<float>(), 1e-4f);
            var similarities = neighbours.Select(n => n!["similarity"]!.GetValue<float>()).ToList();
            Assert.Equal(similarities.OrderDescending(), similarities);
        }

        var html = File.ReadAllText(sheet);
        Assert.Equal(2 * 5, Pictures().Count(html));
        Assert.All(Pictures().Matches(html), m => Assert.Equal([0xFF, 0xD8], Convert.FromBase64String(m.Groups[1].Value)[..2]));
        // Names that are HTML are told, not obeyed; nothing is fetched from anywhere.
        Assert.Contains("&lt;b&gt;bold", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>bold", html, StringComparison.Ordinal);
        Assert.DoesNotContain("http", html, StringComparison.Ordinal);

        var table = Search([index, asked[0]]).Expect(0).Out;
        Assert.Contains("1.000", table, StringComparison.Ordinal);
    }

    [Fact]
    public void An_index_of_another_model_or_layer_is_refused()
    {
        var (data, index) = Indexed("rows.parquet");
        var image = Directory.EnumerateFiles(data).First();
        Assert.Contains("was made with another model (dnc of run", Search([index, image], model: Run + ":base").Expect(2).Error, StringComparison.Ordinal);
        Assert.Contains("take --layer pooled", Search([index, image, "--layer", "hidden"]).Expect(2).Error, StringComparison.Ordinal);
        var (_, csv) = Indexed("rows.csv");
        Assert.Contains("has rows of 64 values, and this model's layer 'hidden' has 32", Search([csv, image, "--layer", "hidden"]).Expect(2).Error, StringComparison.Ordinal);
        Assert.Contains("There is no file", Search([_folder.At("none.csv"), image]).Expect(2).Error, StringComparison.Ordinal);
        Assert.Contains("it is no Parquet file", Search([_folder.Write("no.parquet", "text"), image]).Expect(2).Error, StringComparison.Ordinal);
        Assert.Contains("None of 1 files is an image", Search([csv, _folder.At("gone.png")]).Expect(2).Error, StringComparison.Ordinal);
        Assert.Contains("give the folder that it was made of with --data", Search([csv, image, "--html", _folder.At("x.html")]).Expect(2).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Images_are_routed_to_the_clusters_that_the_run_put_them_in()
    {
        var exported = _folder.At("base");
        DncProcess.Run("export", Run, "--root", finished.Root, "--model", "base", "--out", exported).Expect(0);
        var (ofRun, ofFolder) = (_folder.At("run.csv"), _folder.At("folder.csv"));
        Assert.Contains("3 clusters", Route(Run, ofRun).Expect(0).Out, StringComparison.Ordinal);
        Route(exported, ofFolder).Expect(0);
        Assert.Equal(File.ReadAllText(ofRun), File.ReadAllText(ofFolder));

        var rows = File.ReadAllLines(ofRun);
        Assert.Equal("id,cluster,distance", rows[0]);
        var routed = rows.Skip(1).Select(r => r.Split(',')).ToDictionary(r => r[0], r => (Cluster: r[1], Distance: double.Parse(r[2], System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Equal(SmallData.Pretrain + (2 * SmallData.Labelled), routed.Count);
        Assert.All(routed.Values, r => Assert.InRange(r.Distance, 0, 2));
        var assigned = File.ReadAllLines(RunStatus.Of(finished.Root).Output("cluster", "assignments.tsv")).Select(l => l.Split('\t')).ToList();
        // Other batches round otherwise: an image between two centroids may go over.
        Assert.InRange(assigned.Count(a => routed[a[0]].Cluster == a[2]), assigned.Count - 2, assigned.Count);

        Assert.Contains("No clusters were made by the model 'dnc'", Route(Run + ":dnc", _folder.At("x.csv")).Expect(2).Error, StringComparison.Ordinal);
        Assert.Contains("expected .parquet, .csv", Route(Run, _folder.At("x.npy")).Expect(2).Error, StringComparison.Ordinal);
        Assert.Contains("3 clusters", Route(Run, _folder.At("run.parquet")).Expect(0).Out, StringComparison.Ordinal);
    }

    private string Run => RunStatus.Of(finished.Root).Report.Id;

    private (string Data, string Index) Indexed(string name)
    {
        var data = _folder.At("data");
        if (!Directory.Exists(data))
        {
            _folder.Make("data");
            foreach (var (index, (_, bytes)) in finished.Data.Pictures().Take(20).Index())
                File.WriteAllBytes(Path.Combine(data, index == 5 ? "05 <b>bold & \"quoted\".png" : $"{index:D2}.png"), bytes);
        }

        DncProcess.Run("embed", Run, "--root", finished.Root, "--data", data, "--out", _folder.At(name)).Expect(0);
        return (data, _folder.At(name));
    }

    private DncResult Search(string[] arguments, string? model = null) => DncProcess.Run(["search", model ?? Run, "--root", finished.Root, "--index", .. arguments]);

    private DncResult Route(string model, string file) => DncProcess.Run("route", model, "--root", finished.Root, "--data", finished.Data.Shards, "--out", file);

    [GeneratedRegex("src=\"data:image/jpeg;base64,([A-Za-z0-9+/=]+)\"")]
    private static partial Regex Pictures();
}
