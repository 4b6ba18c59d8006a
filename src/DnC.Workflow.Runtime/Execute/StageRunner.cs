using DnC.Workflow.Runtime.Artifacts;
using DnC.Workflow.Runtime.Execute.Body;
using DnC.Workflow.Runtime.Execute.Tracking;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Execute;

/// <summary>One attempt of a claimed stage, from its inputs to what the ledger is told. The numbers say what a crash here means.</summary>
/// <param name="parts">What it works with.</param>
public sealed class StageRunner(StageRunnerParts parts)
{
    /// <summary>How long finished outputs wait for a store that is away, beyond what the store waits itself. [ours]</summary>
    private static readonly TimeSpan SealPatience = TimeSpan.FromHours(1);

    private static readonly TimeSpan SealAgain = TimeSpan.FromSeconds(10);

    /// <summary>Runs the attempt to its end.</summary>
    /// <param name="claim">The claimed stage.</param>
    /// <param name="stop">The wish to stop, from the engine; the heartbeat adds the run's.</param>
    /// <returns>Whether this machine can do another one now: not where its store was away.</returns>
    /// <exception cref="Exception">The ledger could not be told. The claim is left to its lease: the attempt counts as lost.</exception>
    public bool Run(StageClaim claim, StopSignal stop)
    {
        // 1. The ledger says running, attempt + 1. A crash from here to 6 is a lost attempt: the lease expires, or the engine's successor
        //    takes the claim over at once; attempts in a row without a newer checkpoint are counted, so a crash loop ends as poison.
        parts.Passed(AttemptPoint.Claimed, claim);
        var area = new WorkArea(parts.WorkRoot, claim);
        StageProgress? latest = null;
        AttemptOutcome outcome;
        using var watch = parts.Heartbeats.Start(claim.Ticket, stop, () => Volatile.Read(ref latest));
        using (var log = new AttemptLog(area.Log, parts.Time))
        {
            var attempt = new Attempt(claim, area, log, new SealedCheckpoints(parts.Store, claim, log), stop, watch, progress => Volatile.Write(ref latest, progress));
            outcome = Settle(attempt, Execute(attempt));
        }

        if (parts.SealLogs)
            SealLog(area);
        parts.Passed(AttemptPoint.Cleared, claim);
        return outcome is not AttemptOutcome.StoreAway;
    }

    private AttemptOutcome Execute(Attempt attempt)
    {
        try
        {
            if (IsUnseen(attempt) is { } before)
                return before;

            // 2. Nothing is written yet but an empty folder that no other attempt uses.
            var invocation = Prepare(attempt);
            parts.Passed(AttemptPoint.Prepared, attempt.Claim);
            using var timeout = Timeout(attempt);
            using var curves = parts.TensorBoard is { } folder ? new TensorBoardCurves(folder, attempt.Claim, parts.Time, attempt.Log.Line) : null;
            using var mlflow = parts.Mlflow is { } server ? new MlflowCurves(server, attempt.Claim, parts.Time, attempt.Log.Line) : null;
            var outcome = parts.Host.Run(new HostedAttempt
            {
                Invocation = invocation,
                Stop = attempt.Stop,
                Log = attempt.Log,
                Progress = attempt.Progress,
                Metrics = point =>
                {
                    curves?.Add(point);
                    mlflow?.Add(point);
                },
                Commit = (folder, step) => Checkpoint(attempt, folder, step),
            });
            if (outcome is AttemptOutcome.Failed failed)
            {
                attempt.Log.Line(failed.Failure.Detail is { } detail ? $"Failed: {failed.Failure.Message}\n{detail}" : $"Failed: {failed.Failure.Message}");
                outcome = IsUnseen(attempt) ?? outcome;
            }

            mlflow?.Status = outcome switch { AttemptOutcome.Finished => "FINISHED", AttemptOutcome.Failed => "FAILED", _ => "KILLED" };

            // 5. The body's files are complete but not durable, and no one knows. The next attempt goes on from the last checkpoint.
            parts.Passed(AttemptPoint.BodyEnded, attempt.Claim);
            return outcome;
        }
        catch (Exception e) when (e is not System.Data.Common.DbException)
        {
            // The engine's own trouble with an attempt (no room, no child) is the attempt's: it goes to the ledger, whole.
            return AttemptOutcome.Of(e, attempt.Area.Folder);
        }
    }

    // Before it is begun, so that a machine without the images takes no stage from those that have them; and after a failure, since they may have gone meanwhile.
    private AttemptOutcome.Unseen? IsUnseen(Attempt attempt)
    {
        var claim = attempt.Claim;
        if (parts.Sight is not { } sight || sight.Sees(claim))
            return null;
        var reason = $"worker {Environment.MachineName} does not see '{claim.Data.Path}' (the data has to be at the same path on every worker)";
        attempt.Log.Line($"Released: {reason}.");
        return new AttemptOutcome.Unseen(reason);
    }

    private StageInvocation Prepare(Attempt attempt)
    {
        // First room, then new folders.
        var claim = attempt.Claim;
        attempt.Area.Prepare();
        if (claim is not { Generation: 1, Attempt: 1 })
            attempt.Sealed.Drop(but: claim.Resume);
        var inputs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, file) in claim.Inputs)
        {
            try
            {
                inputs[name] = parts.Store.Open(file, attempt.Area.Inputs);
            }
            catch (ArtifactLostException e)
            {
                throw new InputLostException(name, e.Message);
            }
        }

        var (options, device) = (claim.Node.Options, parts.Device(claim.Node));
        if (device is not null)
            options = options with { Device = device.BodyName };
        return new StageInvocation
        {
            Kind = claim.Node.Kind,
            Stage = claim.Node.Name,
            Settings = claim.Node.Settings,
            Options = options.Threads > 0 ? options : options with { Threads = parts.Threads(claim.Node) },
            Device = device,
            Data = claim.Data,
            DataDigests = claim.Node.DataIndex,
            Inputs = inputs,
            OutputFolder = attempt.Area.Output,
            CheckpointFolder = attempt.Area.Checkpoints,
            ResumeFolder = attempt.Sealed.OpenResume(attempt.Area.Resume),
        };
    }

    private bool Checkpoint(Attempt attempt, string folder, long step)
    {
        var claim = attempt.Claim;
        var reference = new CheckpointRef(Locations.Checkpoint(attempt.Area.Location, Path.GetFileName(folder)), step);
        try
        {
            parts.Store.Seal(attempt.Area.Twin(folder), reference.Location, basis: attempt.Named?.Location);
        }
        catch (ArtifactStoreAwayException e)
        {
            // Days of training do not end because a bucket is out of reach: the resume point stays where it is until the next checkpoint.
            attempt.Log.Line($"The checkpoint of step {step} could not be stored, and the one before it stays: {e.Message}");
            return true;
        }

        // 3. Durable, but named by no one. A crash here repeats the steps since the one before; the next attempt deletes this one.
        parts.Passed(AttemptPoint.CheckpointSealed, claim);
        var asked = 0;
        if (!parts.Write.Try($"checkpoint '{claim.Node.Name}'", () => ++asked > 0 && parts.Ledger.Checkpoint(claim.Ticket, reference), attempt.Watch, parts.Abandon))
        {
            parts.Passed(AttemptPoint.CheckpointRefused, claim);
            attempt.Stop.Request(StopReason.Lost);

            // Asked more than once, an answer was lost: the ledger may have named it all the same, and a successor may go on from it.
            if (asked == 1)
                attempt.Sealed.Discard(reference.Location);
            return false;
        }

        // 4. This is the resume point now, and the one before it nobody's. A crash here leaves that one, which the next attempt deletes.
        parts.Passed(AttemptPoint.Checkpointed, claim);
        if (attempt.Named is { } before && before.Location != reference.Location)
            attempt.Sealed.Discard(before.Location);
        attempt.Named = reference;
        attempt.Area.KeepOnly(folder);
        return true;
    }

    private void SealLog(WorkArea area)
    {
        if (!File.Exists(area.Log))
            return;
        try
        {
            AttemptLogs.Seal(parts.Store, area);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or StageFailure)
        {
            parts.Report($"keeping the log of '{area.Location}'", e);
        }
    }

    /// <returns>How it ended after all: sealing what a body has finished may fail.</returns>
    private AttemptOutcome Settle(Attempt attempt, AttemptOutcome outcome)
    {
        var reason = attempt.Stop.Reason;
        switch (outcome)
        {
            case var _ when reason is StopReason.Lost:
                // Another attempt owns the stage, and what was sealed of it: this one has nothing to say.
                attempt.Area.Clear();
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
                var why = Because(reason, stopped.How);
                Tell(attempt, "release", $"was released: {why}", l => l.Release(attempt.Claim.Ticket, why));
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
        for (var waited = TimeSpan.Zero; ; waited += SealAgain)
        {
            try
            {
                return parts.Store.Seal(attempt.Area.Output, attempt.Area.Location);
            }
            catch (ArtifactStoreAwayException e) when (!attempt.Stop.IsRequested && waited < SealPatience)
            {
                attempt.Log.Line($"The outputs are finished and wait to be stored: {e.Message}");
                parts.Time.Block(SealAgain, attempt.Stop);
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

    private ITimer? Timeout(Attempt attempt)
    {
        var minutes = attempt.Claim.Node.Options.TimeoutMinutes;
        return minutes > 0
            ? parts.Time.CreateTimer(_ => attempt.Stop.Request(StopReason.Timeout), null, TimeSpan.FromMinutes(minutes), System.Threading.Timeout.InfiniteTimeSpan)
            : null;
    }
}
