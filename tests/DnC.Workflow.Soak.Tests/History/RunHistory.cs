using DnC.Workflow.Runtime.TestHost.Journals;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Soak.Tests.History;

/// <summary>All that is known of a run after its end: by the ledger, by the journals of its attempts' processes, and by its outputs.</summary>
public sealed record RunHistory
{
    /// <summary>Its id.</summary>
    public required string Run { get; init; }

    /// <summary>Where it stands.</summary>
    public required RunState State { get; init; }

    /// <summary>Its stages.</summary>
    public required IReadOnlyList<StageFact> Stages { get; init; }

    /// <summary>The event table, oldest first.</summary>
    public required IReadOnlyList<LedgerEvent> Events { get; init; }

    /// <summary>The attempt table: by stage, oldest first.</summary>
    public required IReadOnlyList<AttemptFact> Attempts { get; init; }

    /// <summary>The journals: in order within each process.</summary>
    public required IReadOnlyList<JournalEntry> Journal { get; init; }

    /// <summary>Whether its stages waited for their gates.</summary>
    public bool Gated { get; init; }

    /// <summary>Its requests as the ledger has them.</summary>
    public IReadOnlyList<RequestFact> Requests { get; init; } = [];

    /// <summary>The journals of those who made requests: in order within each process.</summary>
    public IReadOnlyList<GateEntry> Gates { get; init; } = [];

    /// <summary>What a reader finds of each output, by stage.</summary>
    public required IReadOnlyDictionary<string, OutputFact> Outputs { get; init; }
}

/// <summary>A stage as the ledger has it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="State">Its state.</param>
/// <param name="Generation">Its generation.</param>
/// <param name="Location">Where its output is, or null.</param>
public sealed record StageFact(string Name, StageState State, int Generation, string? Location);

/// <summary>A row of the attempt table.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="Generation">Its generation.</param>
/// <param name="Number">From 1 in each generation.</param>
/// <param name="Fence">The claim's fence.</param>
/// <param name="Outcome">How it ended; null: it runs.</param>
/// <param name="ResumedAtStep">The checkpoint it was given, or null.</param>
public sealed record AttemptFact(string Stage, int Generation, int Number, long Fence, StageEvent? Outcome, long? ResumedAtStep);

/// <summary>A request as the ledger has it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Stage">The stage; null for the end of the run.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Answer">What it was answered with, or null.</param>
public sealed record RequestFact(string Id, string? Stage, RequestState State, EndFact? Answer);

/// <summary>An end as it is told.</summary>
/// <param name="State">What ended in.</param>
/// <param name="Generation">The stage's generation; 0 for the end of a run.</param>
/// <param name="Location">Where the output is, or null.</param>
public sealed record EndFact(StageState State, int Generation, string? Location);

/// <summary>An output as it was read back.</summary>
/// <param name="Damage">What is missing or wrong, by the artifact's manifest; null: it is whole.</param>
/// <param name="Result">The stage's last state.</param>
/// <param name="Bulk">SHA-256 of the large file.</param>
public sealed record OutputFact(string? Damage, string Result, string Bulk);
