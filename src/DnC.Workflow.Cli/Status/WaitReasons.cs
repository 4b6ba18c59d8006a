using System.Globalization;
using DnC.Workflow.Cli.Terminal;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Cli.Status;

/// <summary>Why a run that has not ended does not go on: what a person, or a program in front, has to do something about.</summary>
public static class WaitReasons
{
    private const int MaxNamed = 4;
    private const string Gates = "for a gate";

    /// <summary>
    /// One sentence for each cause: no engine at all, a gate that nobody has opened, a class that no live worker serves, or a version of a
    /// phase that none of those who serve it has, or images that none of them sees. A stage that waits for a busy worker, or for its retry, waits for nothing that is missing.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="workers">All that are known; null where a command brings its own engine, and none can be missing.</param>
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
        var stages = run.Stages.ToDictionary(s => s.Node.Name, StringComparer.Ordinal);
        var live = workers?.Where(w => w.IsLive && !w.Note.Draining).Select(w => w.Note).ToArray();
        return
        [
            .. run.Stages.Select(stage => (Stage: stage, Wait: Of(stage, stages, live, run.Data?.Path)))
                .Where(s => s.Wait is not null)
                .GroupBy(s => s.Wait!.Cause, s => (s.Stage, s.Wait!.Since))
                .Select(g => Sentence(run, [.. g], g.Key, time)),
        ];
    }

    private static Wait? Of(StageView stage, Dictionary<string, StageView> stages, WorkerNote[]? live, string? data) => stage.State switch
    {
        StageState.Waiting when stage.GateShut => Gate(stage, [.. StageGraph.Parents(stage.Node).Select(p => stages[p])]),
        StageState.Ready when live is not null && Cause(stage, live, data) is { } cause => new Wait(cause, stage.Since),
        _ => null,
    };

    // Before its inputs are there a gate holds up nothing, and whoever opens it is not late.
    private static Wait? Gate(StageView stage, StageView[] inputs) => inputs.All(i => i.State.IsSatisfied())
        ? new Wait(Gates, inputs.Select(i => i.Since).Append(stage.Since).Max())
        : null;

    private static string? Cause(StageView stage, WorkerNote[] live, string? data)
    {
        var node = stage.Node;
        var serving = live.Where(w => w.Slots.ContainsKey(node.Resource)).ToArray();
        if (serving.Length == 0)
            return $"for a '{node.Resource}' worker: no live worker serves that class";
        var able = serving.Where(w => w.Kinds.TryGetValue(node.Kind, out var has) && (stage.Version is null || has == stage.Version)).ToArray();
        if (able.Length > 0)
        {
            return data is not null && node.Data.Count > 0 && able.All(w => w.Unseen.Contains(data, StringComparer.Ordinal))
                ? $"for a '{node.Resource}' worker with the images: {Unseen(able, data)}"
                : null;
        }

        var wanted = stage.Version is { } version ? $"version {version} of '{node.Kind}'" : $"'{node.Kind}' stages";
        var there = serving.Select(w => $"{w.Host} with dnc {w.Version} has {(w.Kinds.TryGetValue(node.Kind, out var has) ? $"version {has}" : "none")}").Distinct();
        return $"for a '{node.Resource}' worker that runs {wanted}: {string.Join(", ", there)}";
    }

    private static string Unseen(WorkerNote[] blind, string data)
    {
        var hosts = blind.Select(w => w.Host).Distinct(StringComparer.Ordinal).ToArray();
        return $"worker{(hosts.Length > 1 ? "s" : "")} {string.Join(", ", hosts)} {(hosts.Length > 1 ? "do" : "does")} not see '{data}' (the data has to be at the same path on every worker)";
    }

    private static string Sentence(RunView run, (StageView Stage, DateTimeOffset Since)[] stages, string cause, TimeProvider time)
    {
        var since = stages.Min(s => s.Since);
        var names = string.Join(", ", stages.Take(MaxNamed).Select(s => s.Stage.Node.Name)) + (stages.Length > MaxNamed ? $" and {stages.Length - MaxNamed} more" : "");
        var verb = stages.Length == 1 ? "waits" : "wait";
        var remedy = cause == Gates ? $" 'dnc resume {run.Summary.Id} --open-gates' lets the run go on by itself." : "";
        if (cause == Gates)
            cause = $"for {(stages.Length == 1 ? "its gate" : "their gates")}: whoever paces the run has not asked for {(stages.Length == 1 ? "it" : "them")} yet";
        return string.Create(
            CultureInfo.InvariantCulture, $"{names} {verb} {cause}. Since {since:yyyy-MM-dd HH:mm:ss}Z ({Durations.Short(time.GetUtcNow() - since)}).{remedy}");
    }

    private sealed record Wait(string Cause, DateTimeOffset Since);
}
