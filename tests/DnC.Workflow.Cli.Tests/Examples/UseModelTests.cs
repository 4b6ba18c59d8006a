using DnC.Workflow.Cli.Tables;
using DnC.Workflow.Cli.Tests.EndToEnd;

namespace DnC.Workflow.Cli.Tests.Examples;

/// <summary>The lines of docs/use-a-model.md: as compiled here, and run on an exported model.</summary>
public sealed class UseModelTests(FinishedRun finished) : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_document_shows_what_is_compiled()
    {
        var source = File.ReadAllText(Path.Combine(Repository.Root, "tests", "DnC.Workflow.Cli.Tests", "Examples", "UseModel.cs"));
        var region = source.Split("#region docs/use-a-model.md\n")[1].Split("        #endregion")[0];
        var lines = region.Split('\n').Select(l => l.Length > 8 ? l[8..] : l);
        var shown = File.ReadAllText(Path.Combine(Repository.Root, "docs", "use-a-model.md")).Split("```csharp\n")[1].Split("```")[0];
        Assert.Equal(string.Join('\n', lines), shown);
    }

    [Fact]
    public void They_find_nearly_the_features_of_embed()
    {
        var run = RunStatus.Of(finished.Root).Report.Id;
        DncProcess.Run("export", run, "--root", finished.Root, "--format", "onnx", "--out", _folder.At("model")).Expect(0);
        var images = _folder.Make("images");
        foreach (var (name, bytes) in finished.Data.Pictures().Take(5))
            File.WriteAllBytes(Path.Combine(images, name), bytes);
        DncProcess.Run("embed", _folder.At("model"), "--data", images, "--out", _folder.At("rows.csv")).Expect(0);

        var rows = new CsvTable().Read(_folder.At("rows.csv")).Single();
        foreach (var (index, id) in rows.Ids.Index())
        {
            var expected = rows.Values.AsSpan(index * 64, 64).ToArray();
            var features = UseModel.Features(_folder.At("model"), Path.Combine(images, id));
            var cosine = features.Zip(expected, (a, b) => (double)a * b).Sum() / Math.Sqrt(features.Sum(a => (double)a * a) * expected.Sum(b => (double)b * b));
            Assert.InRange(cosine, 0.98, 1 + 1e-6);
        }
    }
}
