using DnC.Workflow.Cli.Tests.EndToEnd;
using DnC.Workflow.Images.Formats;
using DnC.Workflow.Report.Reading;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Report.Tests.Reading;

public sealed class LimitTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Of_a_stage_with_very_many_attempts_the_newest_stay_and_no_other_stage_loses_any()
    {
        var reading = new SampleRun(_folder.Path, clusters: 2).Reading();
        var at = reading.Seen;
        var many = Enumerable.Range(1, 30_000).Select(n => new AttemptView("distill", 1, n, "host-a:1", at, at, StageEvent.Released, null, null, null));

        var attempts = StageReader.Attempts(reading with { Attempts = [new AttemptView("base", 1, 1, "host-a:1", at, at, StageEvent.Completed, null, null, null), .. many] });

        Assert.Equal("base", attempts[0].Stage);
        Assert.Equal(Enumerable.Range(30_001 - StageReader.MostAttempts, StageReader.MostAttempts), attempts.Skip(1).Select(a => a.Number));
    }

    [Fact]
    public void Images_that_nearly_all_cannot_be_read_are_told()
    {
        var facts = FactsReader.Read(new SampleRun(_folder.Make("few"), clusters: 2) { HasWeights = true }.Reading() with { Features = new FewReadable(19) });

        var missing = Assert.Single(facts.Missing, m => m.What == "neighbours");
        Assert.Equal("Of 50 images drawn only 19 could be read, too few to find neighbours among.", missing.Why);
        Assert.DoesNotContain(FactsReader.Read(new SampleRun(_folder.Make("more"), clusters: 2) { HasWeights = true }.Reading() with { Features = new FewReadable(20) }).Missing, m => m.What == "neighbours");
    }

    private sealed class FewReadable(int readable) : IFeatureReader
    {
        private readonly Cli.Reports.RunFeatures _stored = new();

        public IReadOnlyList<float[]> Stored(string path, IReadOnlyList<int> rows) => _stored.Stored(path, rows);

        public int Affordable(ModelSpec model) => 50;

        public IReadOnlyList<float[]?> Pooled(string weights, ModelSpec model, IImageSource images) =>
            [.. Enumerable.Range(0, images.Count).Select(i => i < readable ? new float[] { i, 1 } : null)];
    }
}
