using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Submit;

/// <summary>Why a run that has not ended does not go on: something that a person has to do something about.</summary>
/// <param name="Text">A sentence.</param>
/// <param name="Since">Since when it waits, where that is known.</param>
/// <param name="Remedy">A sentence on what to type, where there is something.</param>
/// <param name="IsGate">Whether it waits for whoever paces the run.</param>
public sealed record WaitReason(string Text, DateTimeOffset? Since = null, string? Remedy = null, bool IsGate = false)
{
    private const int MaxNamed = 4;
    private const string Gates = "for a gate";
    private const string OfVersion = " that runs version ";

    /// <summary>
    /// One for each cause: a pause, a gate that nobody has opened, a class that no live worker serves, or a version of a
    /// phase that none of those who serve it has, images that none of them sees, or machines that are not fit to run any. A stage that waits for a busy worker, or for its retry, waits for nothing that is missing.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="workers">All that are known; null where a command brings its own engine, and none can be missing.</param>
    public static IReadOnlyList<WaitReason> Of(RunView run, IReadOnlyList<WorkerView>? workers)
    {
        if (run.Summary.State.IsEnded())
            return [];
        if (run.Summary.State == RunState.Paused)
            return [new WaitReason($"The run is paused: 'dnc resume {run.Summary.Id}' lets it go on.")];
        var stages = run.Stages.ToDictionary(s => s.Node.Name, StringComparer.Ordinal);
        var live = workers?.Where(w => w.IsLive && !w.Note.Draining).Select(w => w.Note).ToArray();
        return
        [
            .. run.Stages.Select(stage => (Stage: stage, Wait: Of(stage, stages, live, run.Data?.Path)))
                .Where(s => s.Wait is not null)
                .GroupBy(s => s.Wait!.Cause, s => (s.Stage, s.Wait!.Since))
                .Select(g => Reason(run, [.. g], g.Key)),
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
            var fit = able.Where(w => w.Ailment is null).ToArray();
            if (fit.Length == 0)
                return $"for a '{node.Resource}' worker that can run stages: {string.Join("; ", able.Select(w => w.Ailment!.TrimEnd('.')).Distinct(StringComparer.Ordinal))}";
            return data is not null && node.Data.Count > 0 && fit.All(w => w.Unseen.Contains(data, StringComparer.Ordinal))
                ? $"for a '{node.Resource}' worker with the images: {Unseen(fit, data)}"
                : null;
        }

        var wanted = stage.Version is { } version ? $"{OfVersion}{version} of '{node.Kind}'" : $" that runs '{node.Kind}' stages";
        var there = serving.Select(w => $"{w.Host} with dnc {w.Version} has {(w.Kinds.TryGetValue(node.Kind, out var has) ? $"version {has}" : "none")}").Distinct();
        return $"for a '{node.Resource}' worker{wanted}: {string.Join(", ", there)}";
    }

    private static string Unseen(WorkerNote[] blind, string data)
    {
        var hosts = blind.Select(w => w.Host).Distinct(StringComparer.Ordinal).ToArray();
        return $"worker{(hosts.Length > 1 ? "s" : "")} {string.Join(", ", hosts)} {(hosts.Length > 1 ? "do" : "does")} not see '{data}' (the data has to be at the same path on every worker)";
    }

    private static WaitReason Reason(RunView run, (StageView Stage, DateTimeOffset Since)[] stages, string cause)
    {
        var isGate = cause == Gates;
        var names = string.Join(", ", stages.Take(MaxNamed).Select(s => s.Stage.Node.Name)) + (stages.Length > MaxNamed ? $" and {stages.Length - MaxNamed} more" : "");
        var verb = stages.Length == 1 ? "waits" : "wait";
        if (isGate)
            cause = $"for {(stages.Length == 1 ? "its gate" : "their gates")}: whoever paces the run has not asked for {(stages.Length == 1 ? "it" : "them")} yet";
        var remedy = isGate ? $"'dnc resume {run.Summary.Id} --open-gates' lets the run go on by itself."
            : cause.Contains(OfVersion, StringComparison.Ordinal) ? $"'dnc resume {run.Summary.Id}' with the program of the workers lets the run go on with their version."
            : null;
        return new WaitReason($"{names} {verb} {cause}.", stages.Min(s => s.Since), remedy, isGate);
    }

    private sealed record Wait(string Cause, DateTimeOffset Since);
}
