using DnC.Workflow.Runtime.Submit;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Front;

/// <summary>
/// Puts right what a crash, or a database that was away, left between a front and the ledger: waits whose request was never made, or whose
/// answer was lost with the step that heard it; requests whose owner is gone; runs whose owner was cancelled or is gone.
/// </summary>
/// <param name="runs">The ledger's runs.</param>
/// <param name="workers">Who could run them.</param>
/// <param name="report">Told of what was put right, or could not be: what, and the exception if there is one.</param>
public sealed class FrontAudit(RunService runs, KnownWorkers workers, Action<string, Exception?> report)
{
    // Whoever holds an owner's lock is at it; there is a next pass. [ours]
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>One pass over all that a front waits for.</summary>
    /// <returns>How much was put right.</returns>
    public async Task<int> PassAsync(IFront front, CancellationToken stop)
    {
        // Requests and runs first: one that is made after the waits were read is no orphan.
        var open = runs.OpenRequests().Where(r => RequestName.OwnerOf(front.Name, r.RequestId) is not null).ToList();
        var begun = runs.Unfinished(RequestName.BeginningOf(front.Name));
        var right = 0;
        foreach (var wait in await front.WaitsAsync(stop).ConfigureAwait(false))
            right += await GuardedAsync(wait.Owner, () => AskAgainAsync(front, wait, stop), stop).ConfigureAwait(false);
        foreach (var group in open.GroupBy(r => RequestName.OwnerOf(front.Name, r.RequestId)!, StringComparer.Ordinal))
            right += await GuardedAsync(group.Key, () => LookAtAsync(front, group.Key, [.. group], stop), stop).ConfigureAwait(false);
        foreach (var (run, request) in begun)
        {
            if (RequestName.OwnerOf(front.Name, request) is { } owner)
                right += await GuardedAsync(owner, () => CancelOrphanAsync(front, run, owner, stop), stop).ConfigureAwait(false);
        }

        return right;
    }

    /// <summary>An owner is cancelled or deleted: drops what it waits for, and cancels its run. First the ledger, so that nothing resumes it meanwhile.</summary>
    public void Release(string front, string owner)
    {
        foreach (var request in runs.OpenRequests().Where(r => RequestName.OwnerOf(front, r.RequestId) == owner))
            runs.Withdraw(request.RequestId);
        if (runs.FindRequested(RequestName.OfRun(front, owner)) is { } own && runs.FindSummary(own)?.State is RunState.Running or RunState.Paused or RunState.Failed)
            runs.Cancel(own, who: Canceller(front, owner));
    }

    /// <summary>
    /// Whether an owner's run was cancelled with the owner: one that is still under way was overtaken by a step of its own that was stored later,
    /// and is to end as cancelled.
    /// </summary>
    public static bool WasReleased(RunService runs, string front, string owner) =>
        runs.FindRequested(RequestName.OfRun(front, owner)) is { } own
        && runs.FindSummary(own)?.State == RunState.Cancelled
        && runs.RunEvents(own).LastOrDefault(e => e.Event == RunWishEvent.Cancelled)?.Who == Canceller(front, owner);

    private static string Canceller(string front, string owner) => $"{front}, {owner}";

    private async Task<bool> AskAgainAsync(IFront front, FrontWait wait, CancellationToken stop)
    {
        var request = runs.FindRequest(wait.RequestId);
        if (request is { State: RequestState.Open or RequestState.Answered } || !await front.StillWaitsAsync(wait, stop).ConfigureAwait(false))
            return false;
        if (request?.State == RequestState.Delivered)
            return runs.Redeliver(wait.RequestId);
        if (request is null && wait.Ask is { } ask && TryAsk(ask))
            return true;

        // It waits for the ledger, for what was withdrawn, or for what is not there any more: the owner finds that out by itself.
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(Patience);
        try
        {
            await front.ResumeAsync(wait.RequestId, patience.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            // Somebody is at it: a start that indexes a large folder of images, say.
            return false;
        }
    }

    private bool TryAsk(Action<RunService> ask)
    {
        try
        {
            ask(runs);
            return true;
        }
        catch (UserInputException)
        {
            return false;
        }
    }

    private async Task<bool> LookAtAsync(IFront front, string owner, RequestView[] requests, CancellationToken stop)
    {
        if (await front.StateAsync(owner, stop).ConfigureAwait(false) == OwnerState.Running)
        {
            // Who paces a run by its gates does not wait for them.
            var missing = requests.Select(r => r.Run).Distinct(StringComparer.Ordinal)
                .SelectMany(run => WaitReason.Of(runs.Get(run), workers())).Where(reason => !reason.IsGate);
            await front.TellAsync(owner, [.. missing], stop).ConfigureAwait(false);
            return false;
        }

        foreach (var request in requests)
            runs.Withdraw(request.RequestId);
        return true;
    }

    // A front stores an owner before it starts a run for it.
    private async Task<bool> CancelOrphanAsync(IFront front, string run, string owner, CancellationToken stop)
    {
        if (await front.StateAsync(owner, stop).ConfigureAwait(false) is not (OwnerState.Unknown or OwnerState.Cancelled))
            return false;
        report($"Run {run} is cancelled: '{owner}' was cancelled or deleted", null);
        runs.Cancel(run, who: Canceller(front.Name, owner));
        return true;
    }

    // One that cannot be put right holds up none of the others.
    private async Task<int> GuardedAsync(string owner, Func<Task<bool>> body, CancellationToken stop)
    {
        try
        {
            return await body().ConfigureAwait(false) ? 1 : 0;
        }
        catch (Exception e) when (!stop.IsCancellationRequested)
        {
            report($"What '{owner}' waits for could not be looked at; tried again soon", e);
            return 0;
        }
    }
}
