using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Stages.Ports;

/// <summary>
/// The one truth about runs. Every method is one transaction; what becomes ready is rung for after commit.
/// Methods with a <see cref="ClaimTicket"/> change nothing and return false when the ticket's fence is not the current one.
/// </summary>
public interface ILedger
{
    /// <summary>Stores a run with all its stages. Idempotent by <see cref="RunSubmission.RequestId"/>.</summary>
    /// <returns>The run's id.</returns>
    string Submit(RunSubmission submission);

    /// <summary>Claims the best ready stage of a class, reusing on the way what is already there. Null: nothing to do.</summary>
    StageClaim? ClaimNext(ClaimRequest request);

    /// <summary>Renews the lease, stores progress, and reads back what the run wants of its stage.</summary>
    RunWish Heartbeat(ClaimTicket ticket, StageProgress? progress);

    /// <summary>Makes a written and fsynced checkpoint the resume point.</summary>
    bool Checkpoint(ClaimTicket ticket, CheckpointRef checkpoint);

    /// <summary>The attempt's outputs become the stage's; what waited for them becomes ready.</summary>
    bool Complete(ClaimTicket ticket, Artifact output, StageResult result);

    /// <summary>The attempt failed; the stage becomes ready again after its delay, or fails.</summary>
    bool Fail(ClaimTicket ticket, AttemptFailure failure);

    /// <summary>The attempt stopped on request: ready again at once (or cancelled, where the run is).</summary>
    bool Release(ClaimTicket ticket, string reason);

    /// <summary>An input is gone: the stage waits, its producer becomes ready in a new generation.</summary>
    bool InputLost(ClaimTicket ticket, string input, string reason);

    /// <summary>One reconciler pass; a pass that another engine is making is skipped.</summary>
    ReconcileReport Reconcile(ReconcileRequest request);

    /// <summary>Does the stage again, and what follows where its inputs change. Never resumes an earlier generation's checkpoint.</summary>
    /// <returns>The stages that lose their result, the named one first.</returns>
    IReadOnlyList<string> Rerun(string run, string stage, bool dryRun);

    /// <summary>Cancels what has not ended; running stages at their next heartbeat.</summary>
    void Cancel(string run);

    /// <summary>Pauses or resumes a run.</summary>
    void Pause(string run, bool paused);

    /// <summary>Everything about a run, or null when there is none of that id.</summary>
    RunView? Find(string run);

    /// <summary>All runs, newest first.</summary>
    IReadOnlyList<RunSummary> List();

    /// <summary>The transitions of a run's stages, oldest first.</summary>
    IReadOnlyList<LedgerEvent> Events(string run);

    /// <summary>The result stored under a key, or null.</summary>
    StoredResult? FindResult(string key);
}
