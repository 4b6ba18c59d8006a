namespace DnC.Workflow.Stages.Ports;

/// <summary>Who serves which classes, for people and for the reconciler. Decides nothing: a claim needs no entry here.</summary>
public interface IWorkerRegistry
{
    /// <summary>Enters a worker, or says that it is still there: by the ledger's clock. Cheap where nothing but the time has changed.</summary>
    void Announce(WorkerNote note);

    /// <summary>Takes a worker out that ends as it should.</summary>
    void Leave(string worker);

    /// <summary>All workers that are known, by host and start; those that vanished are forgotten after a while.</summary>
    IReadOnlyList<WorkerView> Workers();

    /// <summary>Slots by class over all workers that are there and take more.</summary>
    IReadOnlyDictionary<string, int> LiveSlots();
}

/// <summary>What a worker says of itself.</summary>
public sealed record WorkerNote
{
    /// <summary>Its name in the ledger, unique among all that ever were.</summary>
    public required string Id { get; init; }

    /// <summary>Its machine.</summary>
    public required string Host { get; init; }

    /// <summary>Its process there.</summary>
    public required int Pid { get; init; }

    /// <summary>The program's version.</summary>
    public required string Version { get; init; }

    /// <summary>For people: 'cpu', 'cuda:0 (NVIDIA A100)'.</summary>
    public required string Device { get; init; }

    /// <summary>Slots by class.</summary>
    public required IReadOnlyDictionary<string, int> Slots { get; init; }

    /// <summary>The kinds it can run, with their versions.</summary>
    public required IReadOnlyDictionary<string, int> Kinds { get; init; }

    /// <summary>Data folders that it does not see: it leaves their runs to others.</summary>
    public IReadOnlyList<string> Unseen { get; init; } = [];

    /// <summary>Why it runs no stages for now; null: it does.</summary>
    public string? Ailment { get; init; }

    /// <summary>Whether it takes nothing more.</summary>
    public bool Draining { get; init; }
}

/// <summary>A worker as the ledger knows it.</summary>
/// <param name="Note">What it said of itself.</param>
/// <param name="Started">When it was first seen.</param>
/// <param name="Seen">When it was last seen.</param>
/// <param name="IsLive">Whether that is less than its lease ago, by the ledger's clock.</param>
/// <param name="Running">What it runs, oldest claim first.</param>
public sealed record WorkerView(WorkerNote Note, DateTimeOffset Started, DateTimeOffset Seen, bool IsLive, IReadOnlyList<RunningStage> Running);

/// <summary>A claim of a worker.</summary>
/// <param name="Run">The run.</param>
/// <param name="Stage">The stage.</param>
public sealed record RunningStage(string Run, string Stage);
