using System.Text.Json;
using DnC.Workflow.Runtime.Ledger;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Runtime.Recover;

/// <summary>Takes claims back that nobody renews.</summary>
internal static class ExpireLeases
{
    /// <summary>One pass.</summary>
    /// <param name="transaction">A write transaction with the pass's lock.</param>
    /// <param name="mayExpire">Whether leases may be judged at all now; the claims of the dead are taken back in any case.</param>
    /// <param name="isDead">Whether a worker is known to be gone.</param>
    /// <returns>How many claims were taken back.</returns>
    public static int Run(LedgerTransaction transaction, bool mayExpire, Func<string, bool> isDead)
    {
        var dead = transaction.Query<string>("SELECT DISTINCT worker FROM claim").Where(isDead).ToArray();
        // Looked for without locks; then each under its run's, as it is by then: it may have been renewed, or have ended.
        var suspects = transaction.Query<Suspect>(
            $"""
            SELECT stage_id AS Stage, run_id AS Run, fence AS Fence FROM claim
            WHERE (@mayExpire AND lease_until < @Now) OR worker {transaction.Dialect.In("dead")} ORDER BY run_id, stage_id
            """,
            new { mayExpire, transaction.Now, dead });
        var lost = 0;
        foreach (var suspect in suspects)
        {
            var run = transaction.LockRun(suspect.Run);
            if (transaction.FindStill(suspect.Stage, StageState.Running) is not { } stage || stage.Fence != suspect.Fence)
                continue;
            var gone = dead.Contains(stage.Worker, StringComparer.Ordinal);
            var claim = transaction.Find<Claim>(
                $"SELECT c.lease_until AS Until, c.progress AS Progress FROM claim c WHERE c.stage_id = @Stage AND c.fence = @Fence{transaction.Locked("c")}", suspect);
            if (!gone && !(claim?.Until < transaction.Now))
                continue;
            var reason = gone ? "its worker is gone" : "its lease expired";
            if (run.Cancelled)
                transaction.Move(stage, StageEvent.RunCancelled, StageState.Cancelled, Actor.Reconciler, stage.Worker, reason);
            else
                LostAttempt.Account(transaction, stage, StageEvent.LeaseExpired, Actor.Reconciler, reason, Waited(claim?.Progress));
            lost++;
        }

        return lost;
    }

    private static bool Waited(string? progress) => progress is not null && JsonSerializer.Deserialize<StageProgress>(progress, SpecJson.Options) is { Waits: true };

    private sealed class Claim
    {
        public long Until { get; set; }

        public string? Progress { get; set; }
    }

    private sealed class Suspect
    {
        public long Stage { get; set; }

        public string Run { get; set; } = "";

        public long Fence { get; set; }
    }
}
