using DnC.Workflow.Cli.Places;
using DnC.Workflow.Cli.Status;
using DnC.Workflow.Report.Facts;
using DnC.Workflow.Report.Reading;
using DnC.Workflow.Runtime.Submit;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Cli.Reports;

/// <summary>The facts of a run, from the ledger and the artifacts of its place.</summary>
internal static class RunReport
{
    /// <summary>Reads them.</summary>
    /// <param name="place">Where the run is.</param>
    /// <param name="run">Its id or the beginning of it; null: the newest.</param>
    /// <param name="images">Images to send through its networks; null: as many as take some seconds.</param>
    /// <param name="time">For when it was read.</param>
    /// <exception cref="UserInputException">There is no such run.</exception>
    public static RunFacts Read(Place place, string? run, int? images, TimeProvider time)
    {
        var (view, attempts, wishes) = place.Read(runs => Ledger(runs, run));
        return Read(place, view, attempts, wishes, new RunFeatures(images), time);
    }

    /// <summary>Reads those of a run whose ledger is open already.</summary>
    public static RunFacts Read(Place place, RunService runs, string run, TimeProvider time)
    {
        var (view, attempts, wishes) = Ledger(runs, run);
        return Read(place, view, attempts, wishes, new RunFeatures(), time);
    }

    private static (RunView View, IReadOnlyList<AttemptView> Attempts, IReadOnlyList<RunEvent> Wishes) Ledger(RunService runs, string? run)
    {
        var view = run is null ? runs.Latest() : runs.Get(run);
        return (view, runs.Attempts(view.Summary.Id), runs.RunEvents(view.Summary.Id));
    }

    private static RunFacts Read(Place place, RunView view, IReadOnlyList<AttemptView> attempts, IReadOnlyList<RunEvent> wishes, RunFeatures features, TimeProvider time)
    {
        var (store, trouble) = StoreOf(place);
        using var connections = store as IDisposable;
        var status = StatusReport.Of(view);
        return FactsReader.Read(new RunReading
        {
            View = view,
            Attempts = attempts,
            Wishes = wishes,
            Measured = new MeasuredFacts(
                status.Evaluation, status.FewLabels, [.. new[] { status.Clusters }.OfType<ClusterMetrics>(), .. status.LaterClusters], status.Worth, status.EvaluationSkipped),
            Store = store,
            StoreTrouble = trouble,
            Features = features,
            Model = FinalModel.PathOf(view, place),
            Skipped = SkippedImages.Of(view),
            Program = Composition.Version,
            Versions = Composition.Versions,
            Seen = time.GetUtcNow(),
        });
    }

    // The ledger alone is worth a report.
    private static (IArtifactStore? Store, string? Trouble) StoreOf(Place place)
    {
        try
        {
            return (place.OpenStore(), null);
        }
        catch (Exception e) when (e is UserInputException or IOException or UnauthorizedAccessException)
        {
            return (null, $"The run's artifacts cannot be reached from here: {e.Message}");
        }
    }
}
