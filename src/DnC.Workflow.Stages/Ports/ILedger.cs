using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Stages.Ports;

/// <summary>
/// The one truth about runs. Every method is one transaction; what becomes ready is rung for after commit.
/// An unreachable database throws <see cref="System.Data.Common.DbException"/> and has changed nothing, or (a lost answer to a commit) everything.
/// A run or stage that does not exist, and a wish that makes no sense as things stand, throw <see cref="UserInputException"/>.
/// Methods with a <see cref="ClaimTicket"/> change nothing and return false when the ticket's fence is not the current one.
/// </summary>
public interface ILedger : IGates
{
    /// <summary>Stores a run with all its stages. Idempotent by <see cref="RunSubmission.RequestId"/>.</summary>
    /// <returns>The run's id.</returns>
    /// <exception cref="UserInputException">The caller's id is none, is taken by another request's run, or is not the one that this request made.</exception>
    string Submit(RunSubmission submission);

    /// <summary>Claims the best ready stage of a class, reusing on the way what is already there. Null: nothing to do.</summary>
    StageClaim? ClaimNext(ClaimRequest request);

    /// <summary>
    /// Renews the lease, stores progress, and reads back what the run wants of its stage. Where that is <see cref="RunWish.Cancel"/>
    /// the stage is cancelled by this very call and the ticket is void: kill the body, commit nothing.
    /// </summary>
    RunWish Heartbeat(ClaimTicket ticket, StageProgress? progress);

    /// <summary>Makes a written and fsynced checkpoint the resume point.</summary>
    bool Checkpoint(ClaimTicket ticket, CheckpointRef checkpoint);

    /// <summary>
    /// The attempt's outputs become the stage's; what waited for them becomes ready. True again for who asks again with the same outputs
    /// because the first answer was lost.
    /// </summary>
    bool Complete(ClaimTicket ticket, Artifact output, StageResult result);

    /// <summary>The attempt failed; the stage becomes ready again after its delay, or fails.</summary>
    bool Fail(ClaimTicket ticket, AttemptFailure failure);

    /// <summary>
    /// The attempt stopped on request: ready again at once (or cancelled, where the run is). Outside a paused run it counts as a loss
    /// unless a newer checkpoint was named, and too many of those in a row fail the stage.
    /// </summary>
    /// <param name="ticket">The claim.</param>
    /// <param name="reason">For the event.</param>
    /// <param name="blameless">Whether it is the worker's fault and no stage's: then it costs nothing.</param>
    bool Release(ClaimTicket ticket, string reason, bool blameless = false);

    /// <summary>An input is gone: the stage waits, its producer becomes ready in a new generation.</summary>
    bool InputLost(ClaimTicket ticket, string input, string reason);

    /// <summary>One reconciler pass; a pass that another engine is making is skipped.</summary>
    ReconcileReport Reconcile(ReconcileRequest request);

    /// <summary>Does the stage again, and what follows where its inputs change. Never resumes an earlier generation's checkpoint.</summary>
    /// <param name="run">The run.</param>
    /// <param name="stage">The stage.</param>
    /// <param name="dryRun">Only say what would be done again.</param>
    /// <param name="versions">The versions of the kinds that the asking program has, which hold for the run from now on; null: as before.</param>
    /// <returns>The stages that lose their result, the named one first.</returns>
    IReadOnlyList<string> Rerun(string run, string stage, bool dryRun, IReadOnlyDictionary<string, int>? versions = null);

    /// <summary>
    /// Goes on with a run because a person asked for it: fresh budgets, no longer paused, failed stages ready again in the same
    /// generation, so that they resume from their last checkpoint.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="now">What was asked for this time: of the same identity, its options, versions, data folder, priority, limit and budgets hold from now on.</param>
    /// <param name="versions">Without that: the versions of the kinds that the asking program has; null: as before.</param>
    void Continue(string run, RunSubmission? now = null, IReadOnlyDictionary<string, int>? versions = null);

    /// <summary>Cancels what has not ended; running stages at their next heartbeat.</summary>
    /// <param name="run">The run.</param>
    /// <param name="who">Who wants it; null: whoever has the ledger open.</param>
    void Cancel(string run, string? who = null);

    /// <summary>Pauses or resumes a run.</summary>
    void Pause(string run, bool paused);

    /// <summary>Everything about a run, or null when there is none of that id.</summary>
    RunView? Find(string run);

    /// <summary>Where a run stands, without its stages; null when there is none of that id. What to ask while waiting for its end.</summary>
    RunSummary? FindSummary(string run);

    /// <summary>The id of the run that a request has made (<see cref="RunSubmission.RequestId"/>), or null.</summary>
    string? FindRequested(string requestId);

    /// <summary>Runs that are running, paused or failed, and whose request's id begins so: what a program has under way.</summary>
    IReadOnlyList<(string Run, string RequestId)> Unfinished(string requestBeginning);

    /// <summary>Ids that begin so, in any case, no more than asked for: one that is just that first, the others newest first.</summary>
    IReadOnlyList<string> FindIds(string beginning, int atMost);

    /// <summary>All runs, newest first.</summary>
    IReadOnlyList<RunSummary> List();

    /// <summary>The specs of all runs after overrides, as JSON, by the runs' ids.</summary>
    IReadOnlyDictionary<string, string> Specs();

    /// <summary>The newest run of this identity that can go on (running, paused or failed) and is not gated, or null.</summary>
    string? FindUnfinished(string identity, bool noCache);

    /// <summary>Every attempt of a run's stages: by stage in the graph's order, oldest first.</summary>
    IReadOnlyList<AttemptView> Attempts(string run);

    /// <summary>The transitions of a run's stages, oldest first.</summary>
    IReadOnlyList<LedgerEvent> Events(string run);

    /// <summary>What was wanted of a run, oldest first.</summary>
    IReadOnlyList<RunEvent> RunEvents(string run);

    /// <summary>The result stored under a key, or null.</summary>
    StoredResult? FindResult(string key);
}
