using DnC.Workflow.Runtime.Ledger;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Spec;
using System.Text.Json;

namespace DnC.Workflow.Runtime.Recover;

/// <summary>What an attempt that ended without result or failure costs: nothing if it named a newer checkpoint or had not begun, one loss otherwise.</summary>
internal static class LostAttempt
{
    /// <summary>Brings the stage back to ready, or gives it up as poison once the losses in a row reach the bound.</summary>
    /// <param name="transaction">Holds the run's lock.</param>
    /// <param name="stage">A running stage.</param>
    /// <param name="happened">Released or expired.</param>
    /// <param name="by">The engine or the reconciler.</param>
    /// <param name="reason">For the event.</param>
    /// <param name="waited">Whether its body had not begun, since its process waited for a device: then there was nothing to lose.</param>
    public static void Account(LedgerTransaction transaction, StageRow stage, StageEvent happened, Actor by, string reason, bool waited = false)
    {
        var retry = JsonSerializer.Deserialize<RetryPolicy>(transaction.LockRun(stage.RunId).Retry, SpecJson.Options) ?? new RetryPolicy();
        stage.Losses = stage.HasProgressed ? 0 : waited ? stage.Losses : stage.Losses + 1;
        if (stage.Losses < retry.MaxLossesWithoutProgress)
        {
            transaction.MoveBack(stage, happened, by, stage.Worker, reason);
            return;
        }

        stage.Error =
            $"Poison: {stage.Losses} attempts in a row were lost without a newer checkpoint; the last, attempt {stage.Attempts} of generation "
            + $"{stage.Generation}, on worker '{stage.Worker}' ({reason}). See 'dnc log {stage.RunId} {stage.Name} "
            + $"--attempt {stage.Generation}-{stage.Attempts}'; then 'dnc run' again goes on with fresh budgets.";
        transaction.Move(stage, StageEvent.GaveUp, StageState.Failed, by, stage.Worker, stage.Error, reason);
    }
}
