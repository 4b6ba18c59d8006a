using System.Collections.Concurrent;
using System.Data.Common;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Tests.Execute;

/// <summary>A ledger that does as it is told: for what engines do when the database is away, a fence is refused, or a run has a wish.</summary>
public sealed partial class ScriptedLedger : ILedger
{
    /// <summary>Every call in order: "complete base", "heartbeat base" …</summary>
    public ConcurrentQueue<string> Calls { get; } = new();

    /// <summary>Failures told.</summary>
    public ConcurrentQueue<AttemptFailure> Failures { get; } = new();

    /// <summary>Checkpoints named.</summary>
    public ConcurrentQueue<CheckpointRef> Checkpoints { get; } = new();

    /// <summary>What can be claimed.</summary>
    public ConcurrentQueue<StageClaim> Claims { get; } = new();

    /// <summary>Called before each call with its name; throws for a database that is away.</summary>
    public Action<string> Before { get; set; } = _ => { };

    /// <summary>The answer to fenced writes.</summary>
    public bool Fence { get; set; } = true;

    /// <summary>The answer to heartbeats.</summary>
    public RunWish Wish { get; set; } = RunWish.GoOn;

    /// <summary>The last progress brought by a heartbeat.</summary>
    public StageProgress? Progress { get; private set; }

    public StageClaim? ClaimNext(ClaimRequest request)
    {
        Call($"claim {request.Resource}");
        return Claims.TryDequeue(out var claim) ? claim : null;
    }

    public RunWish Heartbeat(ClaimTicket ticket, StageProgress? progress)
    {
        Call($"heartbeat {ticket.Stage}");
        Progress = progress;
        return Wish;
    }

    public bool Checkpoint(ClaimTicket ticket, CheckpointRef checkpoint)
    {
        Call($"checkpoint {ticket.Stage}");
        Checkpoints.Enqueue(checkpoint);
        return Fence;
    }

    public bool Complete(ClaimTicket ticket, Artifact output, StageResult result)
    {
        Call($"complete {ticket.Stage}");
        return Fence;
    }

    public bool Fail(ClaimTicket ticket, AttemptFailure failure)
    {
        Call($"fail {ticket.Stage}");
        Failures.Enqueue(failure);
        return Fence;
    }

    public bool Release(ClaimTicket ticket, string reason, bool blameless = false)
    {
        Call($"release {ticket.Stage}{(blameless ? " for nothing" : "")}: {reason}");
        return Fence;
    }

    public bool InputLost(ClaimTicket ticket, string input, string reason)
    {
        Call($"lost {ticket.Stage} {input}");
        return Fence;
    }

    public string Submit(RunSubmission submission) => throw new NotSupportedException();

    public ReconcileReport Reconcile(ReconcileRequest request) => throw new NotSupportedException();

    public IReadOnlyList<string> Rerun(string run, string stage, bool dryRun, IReadOnlyDictionary<string, int>? versions = null) => throw new NotSupportedException();

    public void Continue(string run, RunSubmission? now = null, IReadOnlyDictionary<string, int>? versions = null) => throw new NotSupportedException();

    public void Cancel(string run, string? who = null) => throw new NotSupportedException();

    public void Pause(string run, bool paused) => throw new NotSupportedException();

    public RunView? Find(string run) => throw new NotSupportedException();

    public RunSummary? FindSummary(string run) => throw new NotSupportedException();

    public string? FindRequested(string requestId) => throw new NotSupportedException();

    public IReadOnlyList<(string Run, string RequestId)> Unfinished(string requestBeginning) => throw new NotSupportedException();

    public IReadOnlyList<string> FindIds(string beginning, int atMost) => throw new NotSupportedException();

    public IReadOnlyList<RunSummary> List() => throw new NotSupportedException();

    public string? FindUnfinished(string identity, bool noCache) => throw new NotSupportedException();

    public IReadOnlyList<AttemptView> Attempts(string run) => throw new NotSupportedException();

    public IReadOnlyList<LedgerEvent> Events(string run) => throw new NotSupportedException();

    public IReadOnlyDictionary<string, string> Specs() => throw new NotSupportedException();

    public IReadOnlyList<RunEvent> RunEvents(string run) => throw new NotSupportedException();

    public StoredResult? FindResult(string key) => throw new NotSupportedException();

    private void Call(string name)
    {
        Calls.Enqueue(name);
        Before(name);
    }
}

/// <summary>A database that is away.</summary>
public sealed class DatabaseAway() : DbException("the database is away");
