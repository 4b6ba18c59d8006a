using System.Globalization;
using DnC.Workflow.Cli.Terminal;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Cli.Status;

/// <summary>Why a run that has not ended does not go on: what a person has to do something about.</summary>
public static class WaitReasons
{
    private const int MaxNamed = 4;

    /// <summary>
    /// One sentence for each cause: no engine at all, a class that no live worker serves, or a version of a phase that none of those who serve it has. A stage
    /// that waits for a busy worker, or for its retry, waits for nothing that is missing.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="workers">All that are known; null where a command brings its own engine.</param>
    /// <param name="goOn">The command that brings an engine, where one is needed and none is there; else null.</param>
    /// <param name="time">For how long ago.</param>
    public static IReadOnlyList<string> Of(RunView run, IReadOnlyList<WorkerView>? workers, string? goOn, TimeProvider time)
    {
        if (run.Summary.State.IsEnded())
            return [];
        if (run.Summary.State == RunState.Paused)
            return [$"The run is paused: 'dnc resume {run.Summary.Id}' lets it go on."];
        if (goOn is not null)
            return [$"No engine is running it. Go on with: {goOn}"];
        if (workers is null)
            return [];
        var live = workers.Where(w => w.IsLive && !w.Note.Draining).Select(w => w.Note).ToArray();
        return
        [
            .. run.Stages.Where(s => s.State == StageState.Ready)
                .Select(stage => (Stage: stage, Cause: Cause(stage, live)))
                .Where(s => s.Cause is not null)
                .GroupBy(s => s.Cause, s => s.Stage)
                .Select(g => Sentence([.. g], g.Key!, time)),
        ];
    }

    private static string? Cause(StageView stage, WorkerNote[] live)
    {
        var node = stage.Node;
        var serving = live.Where(w => w.Slots.ContainsKey(node.Resource)).ToArray();
        if (serving.Length == 0)
            return $"for a '{node.Resource}' worker: no live worker serves that class";
        if (serving.Any(w => w.Kinds.TryGetValue(node.Kind, out var has) && (stage.Version is null || has == stage.Version)))
            return null;
        var wanted = stage.Version is { } version ? $"version {version} of '{node.Kind}'" : $"'{node.Kind}' stages";
        var there = serving.Select(w => $"{w.Host} with dnc {w.Version} has {(w.Kinds.TryGetValue(node.Kind, out var has) ? $"version {has}" : "none")}").Distinct();
        return $"for a '{node.Resource}' worker that runs {wanted}: {string.Join(", ", there)}";
    }

    private static string Sentence(StageView[] stages, string cause, TimeProvider time)
    {
        var since = stages.Min(s => s.Since);
        var names = string.Join(", ", stages.Take(MaxNamed).Select(s => s.Node.Name)) + (stages.Length > MaxNamed ? $" and {stages.Length - MaxNamed} more" : "");
        var verb = stages.Length == 1 ? "waits" : "wait";
        return string.Create(
            CultureInfo.InvariantCulture, $"{names} {verb} {cause}. Since {since:yyyy-MM-dd HH:mm:ss}Z ({Durations.Short(time.GetUtcNow() - since)}).");
    }
}
