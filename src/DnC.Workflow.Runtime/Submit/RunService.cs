using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Submit;

/// <summary>What became of a request to run something.</summary>
/// <param name="Run">The run's id.</param>
/// <param name="WentOn">Whether it is an unfinished run of the same spec and data that goes on.</param>
public sealed record StartedRun(string Run, bool WentOn);

/// <summary>What a person, or a program for one, can ask of runs: the one API of the command line, a server, and Elsa.</summary>
/// <param name="ledger">The ledger.</param>
/// <param name="versions">
/// The versions of the kinds that the asking program has: engines of just those run what it starts, goes on with or does again. Null: any.
/// </param>
public sealed partial class RunService(ILedger ledger, IReadOnlyDictionary<string, int>? versions = null)
{
    private const int MaxNamed = 20;

    /// <summary>
    /// Goes on with an unfinished run of the same spec and data (running, paused or failed; same use of the cache), with fresh budgets;
    /// or starts one. A run that is gated, or whose id the caller chose, is nobody else's to go on with: only its own request finds it again.
    /// </summary>
    /// <param name="submission">What to run.</param>
    /// <param name="startNew">Start another one in any case.</param>
    public StartedRun Start(RunSubmission submission, bool startNew = false)
    {
        if (versions is not null)
            submission = submission with { Versions = versions };
        if (startNew || submission.Gated || submission.Id is not null)
            return new StartedRun(ledger.Submit(submission), WentOn: false);
        var unfinished = ledger.FindUnfinished(submission.Identity, submission.NoCache);
        if (unfinished is null)
        {
            // Another program may submit the same at this moment.
            unfinished = ledger.Submit(submission with { JoinsUnfinished = true });
            if (ledger.FindRequested(submission.RequestId) == unfinished)
                return new StartedRun(unfinished, WentOn: false);
        }

        ledger.Continue(unfinished, submission);
        return new StartedRun(unfinished, WentOn: true);
    }

    /// <summary>Does a stage again, and of what follows what its new output makes stale; or says what that would be.</summary>
    /// <returns>The stages that lose their result, the named one first.</returns>
    /// <exception cref="UserInputException">No such run or stage, or as things stand it cannot be done again.</exception>
    public IReadOnlyList<string> Rerun(string run, string stage, bool dryRun = false) => ledger.Rerun(Resolve(run), stage, dryRun, versions);

    /// <summary>Goes on with a run that has not ended, with fresh budgets.</summary>
    /// <returns>Its full id.</returns>
    /// <exception cref="UserInputException">No such run, or it has ended.</exception>
    public string Continue(string run)
    {
        var view = Get(run);
        if (view.Summary.State is RunState.Succeeded or RunState.Cancelled)
            throw new UserInputException($"Run {view.Summary.Id} has {(view.Summary.State == RunState.Succeeded ? "succeeded" : "been cancelled")}: there is nothing to go on with; 'dnc rerun' does a stage again.");
        ledger.Continue(view.Summary.Id, versions: versions);
        return view.Summary.Id;
    }

    /// <summary>Cancels what has not ended.</summary>
    /// <param name="run">Its id, or enough of its beginning to tell it from others.</param>
    /// <param name="who">Who wants it, for the run's history; null: whoever has the ledger open.</param>
    /// <exception cref="UserInputException">No such run, or it has ended.</exception>
    public void Cancel(string run, string? who = null)
    {
        var view = Get(run);
        if (view.Summary.State is RunState.Succeeded)
            throw new UserInputException($"Run {view.Summary.Id} has succeeded: there is nothing left to cancel.");
        ledger.Cancel(view.Summary.Id, who);
    }

    /// <summary>Holds a run: nothing new starts, running stages write a checkpoint and stop.</summary>
    /// <exception cref="UserInputException">No such run, or it has ended.</exception>
    public void Pause(string run)
    {
        var view = Get(run);
        if (view.Summary.State is not (RunState.Running or RunState.Paused))
            throw new UserInputException($"Run {view.Summary.Id} {(view.Summary.State == RunState.Cancelled ? "was cancelled" : $"has {view.Summary.State.Word()}")}: there is nothing to pause.");
        ledger.Pause(view.Summary.Id, paused: true);
    }

    /// <summary>Lets a paused run go on.</summary>
    /// <exception cref="UserInputException">No such run.</exception>
    public void Unpause(string run) => ledger.Pause(Resolve(run), paused: false);

    /// <summary>A run with its stages.</summary>
    /// <param name="run">Its id, or enough of its beginning to tell it from others.</param>
    /// <exception cref="UserInputException">There is none, or more than one.</exception>
    public RunView Get(string run) => ledger.Find(Resolve(run))
        ?? throw new UserInputException($"Run '{run}' is gone: 'dnc gc', or a worker (--keep), has deleted it this moment.");

    /// <summary>The newest run.</summary>
    /// <exception cref="UserInputException">There is none.</exception>
    public RunView Latest() => ledger.FindIds("", atMost: 1) is [var newest]
        ? Get(newest)
        : throw new UserInputException("There is no run here yet; 'dnc run SPEC' or 'dnc demo' starts one.");

    /// <summary>The newest runs, newest first.</summary>
    public IReadOnlyList<RunSummary> Recent(int atMost) => [.. ledger.FindIds("", atMost).Select(id => ledger.FindSummary(id)).OfType<RunSummary>()];

    /// <summary>All runs, newest first.</summary>
    public IReadOnlyList<RunSummary> List() => ledger.List();

    /// <inheritdoc cref="ILedger.Specs"/>
    public IReadOnlyDictionary<string, string> Specs() => ledger.Specs();

    /// <inheritdoc cref="ILedger.FindRequested"/>
    public string? FindRequested(string requestId) => ledger.FindRequested(requestId);

    /// <inheritdoc cref="ILedger.Unfinished"/>
    public IReadOnlyList<(string Run, string RequestId)> Unfinished(string requestBeginning) => ledger.Unfinished(requestBeginning);

    /// <summary>Where a run stands, without its stages; null where there is none of that id in full.</summary>
    public RunSummary? FindSummary(string run) => ledger.FindSummary(run);

    /// <summary>What happened to a run's stages, oldest first.</summary>
    /// <exception cref="UserInputException">No such run.</exception>
    public IReadOnlyList<LedgerEvent> Events(string run) => ledger.Events(Resolve(run));

    /// <summary>What was wanted of a run as a whole, and by whom, oldest first.</summary>
    /// <exception cref="UserInputException">No such run.</exception>
    public IReadOnlyList<RunEvent> RunEvents(string run) => ledger.RunEvents(Resolve(run));

    /// <summary>Every attempt of a run's stages.</summary>
    /// <exception cref="UserInputException">No such run.</exception>
    public IReadOnlyList<AttemptView> Attempts(string run) => ledger.Attempts(Resolve(run));

    /// <summary>The result stored under a stage key, or null: what 'plan' calls reused.</summary>
    public StoredResult? FindResult(string key) => ledger.FindResult(key);

    /// <summary>The full id of the run whose id begins so.</summary>
    /// <exception cref="UserInputException">There is none, or more than one.</exception>
    public string Resolve(string run)
    {
        // As from a variable that is not set: every id begins so.
        if (string.IsNullOrWhiteSpace(run))
            throw new UserInputException("The run's id is empty; 'dnc runs' lists those there are.");
        var found = ledger.FindIds(run, MaxNamed);
        return found switch
        {
            [var one] => one,
            [] => throw new UserInputException($"There is no run '{run}'; 'dnc runs' lists those there are."),
            _ => found.FirstOrDefault(id => id.Equals(run, StringComparison.OrdinalIgnoreCase))
                ?? throw new UserInputException($"'{run}' begins the ids of {found.Count} runs ({string.Join(", ", found)}): give more of it."),
        };
    }
}
