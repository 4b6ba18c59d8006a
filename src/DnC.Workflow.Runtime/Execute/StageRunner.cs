using DnC.Workflow.Runtime.Artifacts;
using DnC.Workflow.Runtime.Execute.Body;
using DnC.Workflow.Runtime.Execute.Tracking;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Execute;

/// <summary>One attempt of a claimed stage, from its inputs to what the ledger is told. The numbers say what a crash here means.</summary>
/// <param name="parts">What it works with.</param>
public sealed partial class StageRunner(StageRunnerParts parts)
{
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
        using var waits = StoreWait.Until(stop);
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

            // Inputs that take long to arrive are no part of it; a process that hangs before its body begins is.
            attempt.Timeout = Timeout(attempt);
            parts.Passed(AttemptPoint.Prepared, attempt.Claim);
            using var curves = parts.TensorBoard is { } folder ? new TensorBoardCurves(folder, attempt.Claim, parts.Time, attempt.Log.Line) : null;
            using var mlflow = parts.Mlflow is { } server ? new MlflowCurves(server, attempt.Claim, parts.Time, attempt.Log.Line) : null;
            var outcome = parts.Host.Run(new HostedAttempt
            {
                Invocation = invocation,
                Stop = attempt.Stop,
                Log = attempt.Log,
                Progress = progress =>
                {
                    attempt.Progress(progress);
                    if (progress.Waits)
                        attempt.Timeout?.Change(System.Threading.Timeout.InfiniteTimeSpan, System.Threading.Timeout.InfiniteTimeSpan);
                },
                Begun = () => Begun(attempt),
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
                outcome = IsUnseen(attempt) ?? IsUnfit(attempt) ?? outcome;
            }

            mlflow?.Status = outcome switch { AttemptOutcome.Finished => "FINISHED", AttemptOutcome.Failed => "FAILED", _ => "KILLED" };

            // 5. The body's files are complete but not durable, and no one knows. The next attempt goes on from the last checkpoint.
            parts.Passed(AttemptPoint.BodyEnded, attempt.Claim);
            return outcome;
        }
        catch (Exception e) when (e is not System.Data.Common.DbException)
        {
            // The engine's own trouble with an attempt (no room, no child) is the attempt's: it goes to the ledger, whole.
            return IsRoomOfInputs(attempt, e)
                ? IsUnfit(attempt) ?? (AttemptOutcome)new AttemptOutcome.Failed(new AttemptFailure(WorkArea.Complaint(attempt.Area.Folder, e), Retryable: true, e.ToString()))
                : AttemptOutcome.Of(e, attempt.Area.Folder);
        }
        finally
        {
            attempt.Timeout?.Dispose();
        }
    }

    // Copies of what the body reads found no room. Where there is some without them the stage is too large for this disk: its own matter, which
    // its budget ends, and no illness.
    private static bool IsRoomOfInputs(Attempt attempt, Exception e) => !attempt.HasBegun && DiskFull.IsCauseOf(e);

    private void Begun(Attempt attempt)
    {
        attempt.HasBegun = true;

        // From here on, however long the device was waited for.
        attempt.Timeout?.Change(Limit(attempt), System.Threading.Timeout.InfiniteTimeSpan);
        parts.Health?.Began();
    }

    // What this attempt has written is cleared first: a stage that needs more than the disk has is no fault of the machine.
    private AttemptOutcome.Unfit? IsUnfit(Attempt attempt)
    {
        if (parts.Health is not { } health)
            return null;
        attempt.Area.Clear();
        return health.Look() is { } cause ? new AttemptOutcome.Unfit(new AttemptFailure(cause, Retryable: true)) : null;
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
        using var waits = StoreWait.ToSave(attempt.Stop);
        try
        {
            parts.Store.Seal(attempt.Area.Twin(folder), reference.Location, basis: attempt.Named?.Location);
        }
        catch (Exception e) when (e is ArtifactStoreAwayException || (attempt.Stop.IsRequested && e is IOException or UnauthorizedAccessException))
        {
            // Days of training do not end because a bucket is out of reach: the resume point stays where it is until the next checkpoint. Nor is it
            // a failure of the stage that the store is full or read only at the moment of a stop.
            attempt.Log.Line($"The checkpoint of step {step} could not be stored, and the one before it stays: {e.Message}");
            attempt.NotStored = step;
            return true;
        }

        attempt.NotStored = null;

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

    private ITimer? Timeout(Attempt attempt) => Limit(attempt) is var limit && limit > TimeSpan.Zero
        ? parts.Time.CreateTimer(_ => attempt.Stop.Request(StopReason.Timeout), null, limit, System.Threading.Timeout.InfiniteTimeSpan)
        : null;

    private static TimeSpan Limit(Attempt attempt) => TimeSpan.FromMinutes(attempt.Claim.Node.Options.TimeoutMinutes);
}
