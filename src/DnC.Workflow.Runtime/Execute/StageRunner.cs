using DnC.Workflow.Runtime.Execute.Body;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Execute;

/// <summary>What a runner works with.</summary>
public sealed record StageRunnerParts
{
    /// <summary>The one truth.</summary>
    public required ILedger Ledger { get; init; }

    /// <summary>Outputs.</summary>
    public required IArtifactStore Store { get; init; }

    /// <summary>Runs the bodies.</summary>
    public required IStageHost Host { get; init; }

    /// <summary>Renews the claims.</summary>
    public required Heartbeats Heartbeats { get; init; }

    /// <summary>Writes that outlast a database outage.</summary>
    public required PersistentWrite Write { get; init; }

    /// <summary>Times the attempts.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>The folder of all attempts' work areas.</summary>
    public required string WorkRoot { get; init; }

    /// <summary>Threads of a body whose options do not say.</summary>
    public required Func<StageNode, int> Threads { get; init; }

    /// <summary>The device that a stage's body runs on; null leaves it to the body.</summary>
    public Func<StageNode, DeviceUse?> Device { get; init; } = _ => null;

    /// <summary>Cancelled when the engine can wait no longer for the database.</summary>
    public CancellationToken Abandon { get; init; }

    /// <summary>Told of every point that an attempt passes; must be quick.</summary>
    public Action<AttemptPoint, StageClaim> Passed { get; init; } = (_, _) => { };
}

/// <summary>One attempt of a claimed stage, from its inputs to what the ledger is told. The numbers say what a crash here means.</summary>
/// <param name="parts">What it works with.</param>
public sealed class StageRunner(StageRunnerParts parts)
{
    /// <summary>Runs the attempt to its end.</summary>
    /// <param name="claim">The claimed stage.</param>
    /// <param name="stop">The wish to stop, from the engine; the heartbeat adds the run's.</param>
    /// <exception cref="Exception">The ledger could not be told. The claim is left to its lease: the attempt counts as lost.</exception>
    public void Run(StageClaim claim, StopSignal stop)
    {
        // 1. The ledger says running, attempt + 1. A crash from here to 5 is a lost attempt: the lease expires, or the engine's successor
        //    takes the claim over at once; attempts in a row without a newer checkpoint are counted, so a crash loop ends as poison.
        parts.Passed(AttemptPoint.Claimed, claim);
        var area = new WorkArea(parts.WorkRoot, claim);
        StageProgress? latest = null;
        using var watch = parts.Heartbeats.Start(claim.Ticket, stop, () => Volatile.Read(ref latest));
        var attempt = new Attempt(claim, area, stop, watch, progress => Volatile.Write(ref latest, progress));
        Settle(attempt, Execute(attempt));
        parts.Passed(AttemptPoint.Cleared, claim);
    }

    private AttemptOutcome Execute(Attempt attempt)
    {
        try
        {
            // 2. Nothing is written yet but an empty folder that no other attempt uses.
            var invocation = Prepare(attempt);
            using var log = new AttemptLog(attempt.Area.Log, parts.Time);
            if (attempt.Claim.Resume is { } resume)
                log.Line(invocation.ResumeFolder is null ? $"The checkpoint of step {resume.Step} is gone: starts afresh." : $"Goes on from step {resume.Step}.");
            parts.Passed(AttemptPoint.Prepared, attempt.Claim);
            using var timeout = Timeout(attempt);
            var outcome = parts.Host.Run(new HostedAttempt
            {
                Invocation = invocation,
                Stop = attempt.Stop,
                Log = log,
                Progress = attempt.Progress,
                Commit = (folder, step) => Checkpoint(attempt, folder, step),
            });
            if (outcome is AttemptOutcome.Failed failed)
                log.Line($"Failed: {failed.Failure.Message}\n{failed.Failure.Detail}");

            // 4. The body's files are complete but not durable, and no one knows. The next attempt goes on from the last checkpoint.
            parts.Passed(AttemptPoint.BodyEnded, attempt.Claim);
            return outcome;
        }
        catch (Exception e) when (e is not System.Data.Common.DbException)
        {
            // The engine's own trouble with an attempt (no room, no child) is the attempt's: it goes to the ledger, whole.
            return AttemptOutcome.Of(e, attempt.Area.Folder);
        }
    }

    private StageInvocation Prepare(Attempt attempt)
    {
        var claim = attempt.Claim;
        var inputs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, file) in claim.Inputs)
        {
            try
            {
                inputs[name] = parts.Store.Open(file);
            }
            catch (ArtifactLostException e)
            {
                throw new InputLostException(name, e.Message);
            }
        }

        // First room, then new folders.
        attempt.Area.Prune(claim.Resume);
        attempt.Area.Prepare();
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
            ResumeFolder = attempt.Area.Resolve(claim.Resume),
        };
    }

    private bool Checkpoint(Attempt attempt, string folder, long step)
    {
        var claim = attempt.Claim;
        var reference = attempt.Area.Refer(folder, step);
        if (!parts.Write.Try($"checkpoint '{claim.Node.Name}'", () => parts.Ledger.Checkpoint(claim.Ticket, reference), attempt.Watch, parts.Abandon))
        {
            attempt.Stop.Request(StopReason.Lost);
            return false;
        }

        // 3. This is the resume point now. A crash before that line repeats the steps since the one before, whose folder is still there;
        //    a crash after it leaves old folders, which the next attempt prunes.
        parts.Passed(AttemptPoint.Checkpointed, claim);
        attempt.Named = reference;
        attempt.Area.Prune(reference);
        return true;
    }

    private void Settle(Attempt attempt, AttemptOutcome outcome)
    {
        var reason = attempt.Stop.Reason;
        switch (outcome)
        {
            case var _ when reason is StopReason.Lost:
                // Another attempt owns the stage: this one has nothing to say, and its folder goes with the other's pruning.
                attempt.Area.DropOutput();
                break;
            case var _ when reason is StopReason.Cancel:
                // The ledger may have withdrawn the claim with the wish itself; either way nobody resumes from here.
                Tell(attempt, "release", l => l.Release(attempt.Claim.Ticket, "cancelled"));
                attempt.Area.Clear();
                break;
            case AttemptOutcome.Finished finished:
                Complete(attempt, finished.Result);
                break;
            case AttemptOutcome.Stopped when reason is StopReason.Timeout:
                Fail(attempt, new AttemptFailure(
                    $"Stage '{attempt.Claim.Node.Name}' ran longer than its limit of {attempt.Claim.Node.Options.TimeoutMinutes} minutes.", Retryable: true));
                break;
            case AttemptOutcome.Stopped stopped:
                // Its resume point stays; what came after it is repeated.
                attempt.Area.DropOutput();
                Tell(attempt, "release", l => l.Release(attempt.Claim.Ticket, Because(reason, stopped.How)));
                break;
            case AttemptOutcome.Failed failed:
                Fail(attempt, failed.Failure);
                break;
            case AttemptOutcome.InputLost lost:
                attempt.Area.DropOutput();
                Tell(attempt, "give back", l => l.InputLost(attempt.Claim.Ticket, lost.Input, lost.Reason));
                break;
        }
    }

    private void Complete(Attempt attempt, StageResult result)
    {
        Artifact output;
        try
        {
            output = parts.Store.Seal(attempt.Area.Output, attempt.Area.Location);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or StageFailure)
        {
            Settle(attempt, AttemptOutcome.Of(e, attempt.Area.Output));
            return;
        }

        // 5. Durable, but named by no one: a crash here leaves a folder that nothing refers to, and the work is repeated from the last checkpoint.
        parts.Passed(AttemptPoint.Sealed, attempt.Claim);
        if (!Tell(attempt, "complete", l => l.Complete(attempt.Claim.Ticket, output, result)))
            return;

        // 6. Done, and what waited is ready. A crash here loses the ring, which the reconciler makes up for, and leaves the work area,
        //    which the next start sweeps.
        attempt.Area.Clear();
    }

    private void Fail(Attempt attempt, AttemptFailure failure)
    {
        // Before the ledger is told: on a full disk this is the room that it writes into.
        attempt.Area.DropOutput();
        attempt.Area.Prune(attempt.Named);
        Tell(attempt, "fail", l => l.Fail(attempt.Claim.Ticket, failure));
    }

    private bool Tell(Attempt attempt, string what, Func<ILedger, bool> write)
    {
        var taken = parts.Write.Try($"{what} '{attempt.Claim.Node.Name}'", () => write(parts.Ledger), attempt.Watch, parts.Abandon);
        parts.Passed(AttemptPoint.Settled, attempt.Claim);
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

    private sealed record Attempt(StageClaim Claim, WorkArea Area, StopSignal Stop, Heartbeats.Watch Watch, Action<StageProgress> Progress)
    {
        /// <summary>The resume point that the ledger names, as far as this attempt knows.</summary>
        public CheckpointRef? Named { get; set; } = Claim.Resume;
    }
}
