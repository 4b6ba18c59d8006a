using DnC.Workflow.Runtime.Submit;

namespace DnC.Workflow.Runtime.Front;

/// <summary>
/// A program in front of the ledger whose owners (instances of workflows, say) start runs, pace their stages and wait for them. It stores on
/// its own what they wait for, and before they ask for it or start anything, so that what a crash left on either side can be held against the
/// other (<see cref="FrontAudit"/>).
/// </summary>
public interface IFront
{
    /// <summary>The name of its requests (<see cref="RequestName"/>) and of its listener. Servers that share a store share it.</summary>
    string Name { get; }

    /// <summary>All that its owners wait for.</summary>
    Task<IReadOnlyList<FrontWait>> WaitsAsync(CancellationToken stop);

    /// <summary>Whether the owner's own stored state still has it: what only an index of them says is nobody's any more, or not yet.</summary>
    Task<bool> StillWaitsAsync(FrontWait wait, CancellationToken stop);

    /// <summary>Where an owner stands.</summary>
    Task<OwnerState> StateAsync(string owner, CancellationToken stop);

    /// <summary>Resumes who waits for a request, and returns once that is stored; nothing where nobody does any more.</summary>
    Task ResumeAsync(string request, CancellationToken stop);

    /// <summary>Shows an owner's people what its run waits for that somebody has to do something about. Called again and again; shows each change once.</summary>
    /// <param name="owner">Who.</param>
    /// <param name="missing">What; nothing where nothing is missing (any more).</param>
    /// <param name="stop">Ends it.</param>
    Task TellAsync(string owner, IReadOnlyList<WaitReason> missing, CancellationToken stop);
}

/// <summary>Something that an owner waits for.</summary>
/// <param name="RequestId">Its request's id.</param>
/// <param name="Owner">Who waits.</param>
/// <param name="Ask">Makes the request, once more or for the first time; null where only the owner can, when it is resumed.</param>
public sealed record FrontWait(string RequestId, string Owner, Action<RunService>? Ask);

/// <summary>Where an owner stands.</summary>
public enum OwnerState
{
    /// <summary>Not stored: deleted.</summary>
    Unknown,

    /// <summary>Under way, or waiting.</summary>
    Running,

    /// <summary>Ended otherwise than by being cancelled.</summary>
    Finished,

    /// <summary>Cancelled.</summary>
    Cancelled,
}
