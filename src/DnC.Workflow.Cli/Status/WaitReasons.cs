using System.Globalization;
using DnC.Workflow.Cli.Terminal;
using DnC.Workflow.Runtime.Submit;
using DnC.Workflow.Stages.Figures;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Cli.Status;

/// <summary>Why a run that has not ended does not go on, as sentences.</summary>
public static class WaitReasons
{
    /// <summary>Longer than any step of a phase takes that tells of no progress in between. [ours]</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    /// <summary>No engine at all, or what <see cref="WaitReason.Of"/> finds.</summary>
    /// <param name="run">The run.</param>
    /// <param name="workers">All that are known; null where a command brings its own engine, and none can be missing.</param>
    /// <param name="goOn">The command that brings an engine, where one is needed and none is there; else null.</param>
    /// <param name="time">For how long ago.</param>
    public static IReadOnlyList<string> Of(RunView run, IReadOnlyList<WorkerView>? workers, string? goOn, TimeProvider time) =>
        goOn is not null && run.Summary.State == RunState.Running
            ? [$"No engine is running it. Go on with: {goOn}"]
            : [.. WaitReason.Of(run, workers).Select(reason => Sentence(reason, time)), .. run.Stages.Where(s => IsStill(s, time)).Select(s => Still(run, s, time))];

    // One that hangs renews its claim all the same, and without a limit for ever. While it waits for a device it says so itself.
    private static bool IsStill(StageView stage, TimeProvider time) =>
        stage is { State: StageState.Running, ProgressAt: { } at, Node.Options.TimeoutMinutes: 0 } && stage.Progress is not { Waits: true } && time.GetUtcNow() - at > Patience;

    private static string Still(RunView run, StageView stage, TimeProvider time) => string.Create(
        CultureInfo.InvariantCulture,
        $"{stage.Node.Name} has told of no progress (for {Durations.Short(time.GetUtcNow() - stage.ProgressAt!.Value)}) and has no time limit. If it hangs ('dnc log {run.Summary.Id} {stage.Node.Name}'), "
        + $"end its process on its worker ({stage.Worker}), and set {stage.Node.Kind}'s timeoutMinutes in the spec; it goes on from its last checkpoint.");

    private static string Sentence(WaitReason reason, TimeProvider time)
    {
        var since = reason.Since is { } at
            ? string.Create(CultureInfo.InvariantCulture, $" Since {at:yyyy-MM-dd HH:mm:ss}Z ({Durations.Short(time.GetUtcNow() - at)}).")
            : "";
        return reason.Text + since + (reason.Remedy is { } remedy ? " " + remedy : "");
    }
}
