using System.Globalization;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Figures;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Cli.Terminal;

/// <summary>A stage of a run that is followed, in one line.</summary>
internal static class StageLine
{
    /// <summary>'base                     succeeded in 19 s'.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="width">Of its name.</param>
    /// <param name="pace">How long it will take still.</param>
    /// <param name="isNew">Whether this is the first line of its present attempt.</param>
    /// <param name="whyAgain">Why the attempt before that ended, or null.</param>
    public static string Of(StageView stage, int width, Pace pace, bool isNew, string? whyAgain)
    {
        var name = stage.Node.Name.PadRight(width);
        if (stage.State == StageState.Running)
            return $"{name} {(stage.Progress is { Steps: > 0 } p && !(isNew && stage.Attempts > 1) ? Figures(stage, p, pace) : Beginning(stage, whyAgain))}";
        var took = stage.Started is { } s && stage.Ended is { } e && stage.State is StageState.Succeeded or StageState.Failed ? $" in {Durations.Short(e - s)}{Since(stage)}" : "";
        var why = stage.State == StageState.Failed ? ": " + stage.Error : stage.State == StageState.Reused ? " from " + stage.ReusedFrom : "";
        return $"{name} {stage.State.Word()}{took}{why}";
    }

    /// <summary>'started', or how a later attempt begins.</summary>
    public static string Beginning(StageView stage, string? why = null) => stage switch
    {
        { ResumedAtStep: { } step } => string.Create(CultureInfo.InvariantCulture, $"goes on at step {step}{Before(stage, why)}"),
        { Attempts: > 1 } => "starts again" + Before(stage, why),
        _ => "started",
    };

    /// <summary>' 50 %  400 images/s  loss 5.000  3.1 s left', less what there is no room for: the phase first, then the speed, then the loss.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="progress">How far it is.</param>
    /// <param name="pace">How long it will take still.</param>
    /// <param name="room">Characters that there are.</param>
    public static string Figures(StageView stage, StageProgress progress, Pace pace, int room = int.MaxValue)
    {
        string?[] parts =
        [
            progress.Phase,
            progress.Steps > 0 ? string.Create(CultureInfo.InvariantCulture, $"{100.0 * progress.Step / progress.Steps,3:0} %") : null,
            progress.ImagesPerSecond > 0 ? string.Create(CultureInfo.InvariantCulture, $"{progress.ImagesPerSecond:0} images/s") : null,
            progress.Loss is { } loss ? string.Create(CultureInfo.InvariantCulture, $"{Descends(progress)} {loss:0.000}") : null,
            pace.Left(stage) is { } left ? Durations.Short(left) + " left" : null,
        ];
        foreach (var dispensable in (int[])[0, 2, 3])
        {
            // What is said alone is said whatever the room.
            if (Joined().Length > room && parts.Count(p => p is not null) > 1)
                parts[dispensable] = null;
        }

        return Joined();

        string Joined() => string.Join("  ", parts.OfType<string>());
    }

    /// <summary>What falls as a stage learns: 'loss', or the 'inertia' of k-means.</summary>
    public static string Descends(StageProgress progress) => progress.Phase == "k-means" ? "inertia" : "loss";

    private static string Before(StageView stage, string? why) =>
        why is null ? "" : string.Create(CultureInfo.InvariantCulture, $" (attempt {stage.Attempts - 1}: {why.ReplaceLineEndings(" ")})");

    // The time is the last attempt's alone: how long one that was killed had lived nobody knows.
    private static string Since(StageView stage) => stage switch
    {
        { Attempts: <= 1 } => "",
        { ResumedAtStep: { } step } => string.Create(CultureInfo.InvariantCulture, $" from step {step} on (attempt {stage.Attempts})"),
        _ => string.Create(CultureInfo.InvariantCulture, $" (attempt {stage.Attempts})"),
    };
}
