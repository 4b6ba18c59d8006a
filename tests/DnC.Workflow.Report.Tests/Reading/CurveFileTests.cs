using System.Text.Json;
using DnC.Workflow.Cli.Tests.EndToEnd;
using DnC.Workflow.Learning.Training;
using DnC.Workflow.Report.Reading;

namespace DnC.Workflow.Report.Tests.Reading;

public sealed class CurveFileTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_a_training_writes_is_read_back()
    {
        var path = _folder.At("metrics.jsonl");
        CurvePoint.Write(path, [.. Enumerable.Range(1, 30).Select(i => new CurvePoint(i, i / 10.0, 5.0 / i, 0.1 * i, 100 + i) { GradientNorm = i % 10 == 0 ? i : null, EmbeddingRank = i % 15 == 0 ? 2 * i : null })]);

        var curve = CurveFile.Read(path, "expert[3]", "expert", 200);

        Assert.Equal(("expert[3]", "expert", 30L), (curve.Stage, curve.Group, curve.Points));
        Assert.Equal(Enumerable.Range(1, 30).Select(i => 5.0 / i), curve.Loss.Values);
        Assert.Equal(Enumerable.Range(1, 30).Select(i => 0.1 * i), curve.LearningRate.Values);
        Assert.Equal(Enumerable.Range(1, 30).Select(i => 100.0 + i), curve.ImagesPerSecond.Values);
        Assert.Equal([10L, 20L, 30L], curve.GradientNorm.Steps);
        Assert.Equal([10.0, 20.0, 30.0], curve.GradientNorm.Values);
        Assert.Equal([15L, 30L], curve.EmbeddingRank.Steps);
        Assert.Equal([30.0, 60.0], curve.EmbeddingRank.Values);
    }

    [Fact]
    public void Lines_across_buffers_an_unended_last_line_and_a_diverged_loss_are_read()
    {
        // Longer than the buffer, one line longer than it too.
        var filler = new string('x', 300_000);
        var lines = Enumerable.Range(1, 9_000).Select(i => $"{{\"step\":{i},\"loss\":{(i == 77 ? "\"NaN\"" : "1.5")},\"note\":\"{(i == 50 ? filler : "é")}\"}}");
        var path = _folder.Write("metrics.jsonl", string.Join("\r\n", lines));

        var curve = CurveFile.Read(path, "base", "base", 20_000);

        Assert.Equal(9_000, curve.Points);
        Assert.Equal(8_999, curve.Loss.Steps.Count);
        Assert.DoesNotContain(77L, curve.Loss.Steps);
    }

    [Fact]
    public void A_file_that_is_none_is_refused() =>
        Assert.ThrowsAny<JsonException>(() => CurveFile.Read(_folder.Write("metrics.jsonl", "{\"step\":1,\"loss\":2}\n<html>"), "base", "base", 100));
}
