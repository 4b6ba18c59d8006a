using DnC.Workflow.Runtime.Artifacts;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Execute;

// What the ledger is told of an attempt's end.
public sealed partial class StageRunner
{
    /// <summary>How long finished outputs wait for a store that is away, beyond what the store waits itself. [ours]</summary>
    private static readonly TimeSpan SealPatience = TimeSpan.FromHours(1);

    private static readonly TimeSpan SealAgain = TimeSpan.FromSeconds(10);

    /// <returns>How it ended after all: sealing what a body has finished may fail.</returns>
    private AttemptOutcome Settle(Attempt attempt, AttemptOutcome outcome)
    {
        var reason = attempt.Stop.Reason;
        switch (outcome)
        {
            case var _ when reason is StopReason.Lost:
                // Another attempt owns the stage, and what was sealed of it: this one has nothing to say.
                attempt.Area.Clear();
                parts.Ended(attempt.Claim, "was lost: the stage was cancelled meanwhile, or is another worker's since its claim was not renewed in time");
                break;
            case var _ when reason is StopReason.Cancel:
                // The ledger may have withdrawn the claim with the wish itself; either way nobody resumes from here.
                Tell(attempt, "release", "was cancelled", l => l.Release(attempt.Claim.Ticket, "cancelled"));
                Finish(attempt);
                break;
            case AttemptOutcome.Finished finished:
                return Complete(attempt, finished);
            case AttemptOutcome.Stopped when reason is StopReason.Timeout:
                Fail(attempt, new AttemptFailure(
                    $"Stage '{attempt.Claim.Node.Name}' ran longer than its limit of {attempt.Claim.Node.Options.TimeoutMinutes} minutes.", Retryable: true));
                break;
            case AttemptOutcome.Stopped stopped:
                // Its resume point stays; what came after it is repeated.
                attempt.Area.Clear();
                var why = Because(reason, stopped.How) + (attempt.NotStored is { } step ? $"; the checkpoint of step {step} could not be stored" : "");
                Tell(attempt, "release", $"was released: {why}", l => l.Release(attempt.Claim.Ticket, why, blameless: !attempt.HasBegun || attempt.NotStored is not null));
                break;
            case AttemptOutcome.Unseen unseen:
                attempt.Area.Clear();
                Tell(attempt, "release", $"was released: {unseen.Reason}", l => l.Release(attempt.Claim.Ticket, unseen.Reason, blameless: true));
                break;
            case AttemptOutcome.StoreAway away:
                // As with a database that is away: nobody's fault, and nothing is known to be lost.
                attempt.Log.Line($"Released: {away.Reason}");
                attempt.Area.Clear();
                Tell(attempt, "release", $"was released: {away.Reason}", l => l.Release(attempt.Claim.Ticket, away.Reason, blameless: true));
                break;
            case AttemptOutcome.Unfit unfit when parts.Health is { } health:
                var ailment = health.Fell(unfit.Failure.Message);
                attempt.Log.Line($"Released: {ailment}");
                attempt.Area.Clear();
                Tell(attempt, "release", $"was released: {ailment}", l => l.Release(attempt.Claim.Ticket, ailment, blameless: true));
                break;
            case AttemptOutcome.Unfit unfit:
                attempt.Log.Line($"Failed: {unfit.Failure.Message}");
                Fail(attempt, unfit.Failure);
                break;
            case AttemptOutcome.Failed failed:
                Fail(attempt, failed.Failure);
                break;
            case AttemptOutcome.InputLost lost:
                attempt.Area.Clear();
                Tell(attempt, "give back", $"was given back, and what is lost is made again: {lost.Reason}", l => l.InputLost(attempt.Claim.Ticket, lost.Input, lost.Reason));
                break;
        }

        return outcome;
    }

    private AttemptOutcome Complete(Attempt attempt, AttemptOutcome.Finished finished)
    {
        Artifact output;
        try
        {
            output = SealOutput(attempt);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or StageFailure)
        {
            return Settle(attempt, AttemptOutcome.Of(e, attempt.Area.Output));
        }

        // 6. Durable, but named by no one: a crash here leaves a folder that nothing refers to, and the work is repeated from the last checkpoint.
        parts.Passed(AttemptPoint.Sealed, attempt.Claim);
        var taken = Tell(attempt, "complete", "succeeded", l => l.Complete(attempt.Claim.Ticket, output, finished.Result));

        // 7. Done, and what waited is ready. A crash here loses the ring, which the reconciler makes up for, and leaves checkpoints and the
        //    work area, which the next start sweeps or the collector finds.
        if (taken)
            Finish(attempt);
        else
            attempt.Area.Clear();
        return finished;
    }

    // What took days to make waits for a store that is away, while the claim is renewed.
    private Artifact SealOutput(Attempt attempt)
    {
        using var waits = StoreWait.ToSave(attempt.Stop);
        var since = parts.Time.GetTimestamp();
        while (true)
        {
            try
            {
                return parts.Store.Seal(attempt.Area.Output, attempt.Area.Location);
            }
            catch (ArtifactStoreAwayException e) when (!attempt.Stop.IsRequested && parts.Time.GetElapsedTime(since) < SealPatience)
            {
                attempt.Log.Line($"The outputs are finished and wait to be stored: {e.Message}");
                StoreWait.Block(parts.Time, SealAgain);
            }
        }
    }

    /// <summary>Nobody goes on from here: what led to the end goes.</summary>
    private static void Finish(Attempt attempt)
    {
        if (attempt.Claim is not { Generation: 1, Attempt: 1 })
            attempt.Sealed.Drop(but: null);
        else if (attempt.Named is { } last)
            attempt.Sealed.Discard(last.Location);
        attempt.Area.Clear();
    }

    private void Fail(Attempt attempt, AttemptFailure failure)
    {
        // Before the ledger is told: on a full disk this is the room that it writes into.
        attempt.Area.Clear();
        Tell(attempt, "fail", $"failed: {failure.Message}", l => l.Fail(attempt.Claim.Ticket, failure));
    }

    private bool Tell(Attempt attempt, string what, string ended, Func<ILedger, bool> write)
    {
        var taken = parts.Write.Try($"{what} '{attempt.Claim.Node.Name}'", () => write(parts.Ledger), attempt.Watch, parts.Abandon);
        if (taken)
            parts.Ended(attempt.Claim, ended);
        parts.Passed(taken ? AttemptPoint.Settled : AttemptPoint.Refused, attempt.Claim);
        return taken;
    }

    private static string Because(StopReason? reason, string how) => reason switch
    {
        StopReason.Pause => $"paused: {how}",
        StopReason.Preempt => $"engine stopping: {how}",
        _ => how,
    };
}
