using System.Data.Common;
using DnC.Workflow.Runtime.Submit;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Cli;

/// <summary>Why the attempt before a stage's present one came to its end.</summary>
internal static class LastAttempt
{
    /// <summary>For a run that is followed: read only where an attempt is not a stage's first.</summary>
    public static Func<StageView, string?> Of(RunService runs, string run) => stage =>
    {
        try
        {
            return stage.Attempts < 2 ? null : Why(runs.Attempts(run).LastOrDefault(a => Is(a, stage)), stage);
        }
        catch (DbException)
        {
            // Whoever follows the run tells of a ledger that is away; a reason is not worth a wait.
            return null;
        }
    };

    private static bool Is(AttemptView attempt, StageView stage) =>
        attempt.Stage == stage.Node.Name && attempt.Generation == stage.Generation && attempt.Number == stage.Attempts - 1;

    // A failed attempt keeps its exception whole; the stage has its message.
    private static string? Why(AttemptView? before, StageView stage) => before?.Outcome switch
    {
        null => null,
        StageEvent.AttemptFailed or StageEvent.GaveUp => stage.Error ?? before.Detail?.Split('\n')[0],
        _ => before.Detail,
    };
}
