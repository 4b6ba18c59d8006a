using System.Globalization;
using DnC.Workflow.Cli.Terminal;
using DnC.Workflow.Runtime.Submit;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Cli.Status;

/// <summary>Why a run that has not ended does not go on, as sentences.</summary>
public static class WaitReasons
{
    /// <summary>No engine at all, or what <see cref="WaitReason.Of"/> finds.</summary>
    /// <param name="run">The run.</param>
    /// <param name="workers">All that are known; null where a command brings its own engine, and none can be missing.</param>
    /// <param name="goOn">The command that brings an engine, where one is needed and none is there; else null.</param>
    /// <param name="time">For how long ago.</param>
    public static IReadOnlyList<string> Of(RunView run, IReadOnlyList<WorkerView>? workers, string? goOn, TimeProvider time) =>
        goOn is not null && run.Summary.State == RunState.Running
            ? [$"No engine is running it. Go on with: {goOn}"]
            : [.. WaitReason.Of(run, workers).Select(reason => Sentence(reason, time))];

    private static string Sentence(WaitReason reason, TimeProvider time)
    {
        var since = reason.Since is { } at
            ? string.Create(CultureInfo.InvariantCulture, $" Since {at:yyyy-MM-dd HH:mm:ss}Z ({Durations.Short(time.GetUtcNow() - at)}).")
            : "";
        return reason.Text + since + (reason.Remedy is { } remedy ? " " + remedy : "");
    }
}
