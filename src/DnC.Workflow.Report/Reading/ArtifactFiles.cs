using DnC.Workflow.Report.Facts;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Report.Reading;

/// <summary>Files of a run's stages, where they are still there; what is not is told once.</summary>
internal sealed class ArtifactFiles(RunReading run, MissingParts missing)
{
    /// <summary>The local path of a stage's file, checked; null where the stage has none yet or its bytes are gone.</summary>
    /// <param name="stage">The stage's name.</param>
    /// <param name="file">The file's name.</param>
    /// <param name="what">What a report shows with it, for <see cref="MissingFacts.What"/>.</param>
    public string? Open(string stage, string file, string what)
    {
        if (run.View.Stages.FirstOrDefault(s => s.Node.Name == stage) is not { } view || !view.State.IsSatisfied() || view.Output?.Find(file) is not { } named)
            return null;
        if (Store(what) is not { } store)
            return null;
        try
        {
            return store.Open(named);
        }
        catch (Exception e) when (e is ArtifactLostException or IOException or UnauthorizedAccessException)
        {
            missing.Add(what, $"The file '{file}' of stage '{stage}' is gone or damaged ({FreeText.Line(e.Message)}). 'dnc rerun {run.View.Summary.Id} {stage}' makes it again.");
            return null;
        }
    }

    /// <summary>The local path of a file of a stage's last checkpoint; null where it has none, or that has just made way for a later one or for the result.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="file">The file's name.</param>
    /// <param name="what">As of <see cref="Open"/>.</param>
    public string? OpenCheckpoint(StageView stage, string file, string what)
    {
        if (stage.Checkpoint is not { } checkpoint || Store(what) is not { } store)
            return null;
        try
        {
            return store.Find(checkpoint.Location)?.Find(file) is { } found ? store.Open(found) : null;
        }
        catch (Exception e) when (e is ArtifactLostException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private IArtifactStore? Store(string what)
    {
        if (run.Store is null)
            missing.Add(what, run.StoreTrouble ?? "The run's artifacts cannot be reached from here.");
        return run.Store;
    }
}

/// <summary>What cannot be shown, each reason once. Safe from several threads.</summary>
internal sealed class MissingParts
{
    private readonly List<MissingFacts> _all = [];

    public IReadOnlyList<MissingFacts> All
    {
        get
        {
            lock (_all)
                return [.. _all.OrderBy(m => m.What, StringComparer.Ordinal).ThenBy(m => m.Why, StringComparer.Ordinal)];
        }
    }

    public void Add(string what, string why)
    {
        lock (_all)
        {
            if (!_all.Any(m => m.What == what && m.Why == why))
                _all.Add(new MissingFacts(what, why));
        }
    }
}
