using DnC.Workflow.Runtime.Artifacts;
using DnC.Workflow.Runtime.Tests.Artifacts.S3;
using DnC.Workflow.Stages.Lifecycle;

namespace DnC.Workflow.Report.Tests.Reading;

/// <summary>Reports of runs whose artifacts lie in a bucket, and of trainings that have not ended.</summary>
public sealed class StoredElsewhereTests(S3Server server) : IClassFixture<S3Server>, IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("base")]
    public void Of_a_bucket_a_report_has_what_it_has_of_a_folder(string running)
    {
        server.Required();
        // What the SDK's usual chain finds; the server takes these alone.
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", "S3RVER");
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", "S3RVER");
        using var bucket = S3Store.Open(server.Address("report-" + (running.Length > 0 ? running : "whole")), new LocalCache(_folder.At("cache"), 1L << 30, TimeProvider.System), TimeProvider.System);
        StageState StateOf(string stage) => stage == running ? StageState.Running : StageState.Succeeded;

        var near = new SampleRun(_folder.Make("run"), clusters: 3) { StateOf = StateOf }.Facts();
        var far = new SampleRun(_folder.Make("run"), clusters: 3, store: bucket) { StateOf = StateOf }.Facts();

        Assert.Empty(far.Missing);
        Assert.Equal(near.ToJson(), far.ToJson());
    }

    [Fact]
    public void A_training_under_way_is_drawn_up_to_its_last_checkpoint()
    {
        var facts = new SampleRun(_folder.Path, clusters: 3) { StateOf = s => s == "base" ? StageState.Running : s == "embed" ? StageState.Succeeded : StageState.Waiting }.Facts();

        var curve = Assert.Single(facts.Curves);
        Assert.Equal(("base", 30L, 30L), (curve.Stage, curve.Points, curve.Loss.Steps[^1]));
        Assert.Equal(1 + (4 / (1 + 0.6)) + (0.1 * Math.Sin(30)), curve.Loss.Values[^1], 1e-12);
        Assert.Contains("A training that has not ended is drawn up to its last checkpoint.", ReportPage.Html(facts), StringComparison.Ordinal);
    }

    [Fact]
    public void A_checkpoint_that_has_just_made_way_for_the_next_is_no_trouble()
    {
        var reading = new SampleRun(_folder.Path, clusters: 3) { StateOf = s => s == "base" ? StageState.Running : StageState.Waiting }.Reading();
        reading.Store!.Delete(reading.View.Stages.Single(s => s.Node.Name == "base").Checkpoint!.Location);

        var facts = Report.Reading.FactsReader.Read(reading);

        Assert.Empty(facts.Curves);
        Assert.Empty(facts.Missing);
    }
}
