using System.Text.Json;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Stages.Ports;

/// <summary>A run in a list.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">For people.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Identity">Equal for the same spec on the same data.</param>
/// <param name="Created">By the ledger's clock.</param>
/// <param name="Ended">When its last stage ended, or null.</param>
public sealed record RunSummary(string Id, string Name, RunState State, string Identity, DateTimeOffset Created, DateTimeOffset? Ended)
{
    /// <summary>Whether its stages wait for their gates.</summary>
    public bool Gated { get; init; }
}

/// <summary>A run with its stages.</summary>
/// <param name="Summary">The run.</param>
/// <param name="SpecJson">Its spec, after overrides.</param>
/// <param name="Stages">In the graph's order.</param>
public sealed record RunView(RunSummary Summary, string SpecJson, IReadOnlyList<StageView> Stages)
{
    /// <summary>Where its images are, as its stages are told.</summary>
    public DataSpec? Data { get; init; }

    /// <summary>The graph that was planned.</summary>
    public StageGraph Graph() => Stages.Aggregate(new StageGraph(), (graph, stage) => graph.Add(stage.Node));
}

/// <summary>A stage as it stands.</summary>
public sealed record StageView
{
    /// <summary>As planned.</summary>
    public required StageNode Node { get; init; }

    /// <summary>The version of its kind that its next attempt has to be run by; null: any.</summary>
    public int? Version { get; init; }

    /// <summary>Where it stands.</summary>
    public required StageState State { get; init; }

    /// <summary>1, and one more for each rerun.</summary>
    public required int Generation { get; init; }

    /// <summary>Attempts of this generation.</summary>
    public required int Attempts { get; init; }

    /// <summary>Its key, once its inputs were there.</summary>
    public string? Key { get; init; }

    /// <summary>Where the last attempt went on from, or null for a fresh start.</summary>
    public long? ResumedAtStep { get; init; }

    /// <summary>Its last checkpoint, from which the next attempt goes on; null where there is none, or none any more.</summary>
    public CheckpointRef? Checkpoint { get; init; }

    /// <summary>The run and stage ('run/stage') whose result stands for it, or null.</summary>
    public string? ReusedFrom { get; init; }

    /// <summary>The body's metrics, once there is a result.</summary>
    public JsonElement? Metrics { get; init; }

    /// <summary>Its artifact, once there is one.</summary>
    public Artifact? Output { get; init; }

    /// <summary>How many parts there are, where the stage decides about that and has a result: the clusters that exist.</summary>
    public int? FanOut { get; init; }

    /// <summary>Whether it waits for its gate, whatever else it waits for.</summary>
    public bool GateShut { get; init; }

    /// <summary>Why it failed, or failed last.</summary>
    public string? Error { get; init; }

    /// <summary>Who runs it.</summary>
    public string? Worker { get; init; }

    /// <summary>How far the running attempt is.</summary>
    public StageProgress? Progress { get; init; }

    /// <summary>When that last changed, by the ledger's clock; null where nobody has looked yet.</summary>
    public DateTimeOffset? ProgressAt { get; init; }

    /// <summary>Since when it is in its state.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>When the last attempt was claimed.</summary>
    public DateTimeOffset? Started { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? Ended { get; init; }
}

/// <summary>A transition that happened.</summary>
/// <param name="Sequence">Grows with every event of the ledger.</param>
/// <param name="At">By the ledger's clock.</param>
/// <param name="Stage">The stage.</param>
/// <param name="Generation">Its generation after the event.</param>
/// <param name="Attempt">Its attempt.</param>
/// <param name="Event">What happened.</param>
/// <param name="From">The state before.</param>
/// <param name="To">The state after.</param>
/// <param name="Worker">Who, where it was an engine.</param>
/// <param name="Detail">Reason, step or message.</param>
public sealed record LedgerEvent(
    long Sequence, DateTimeOffset At, string Stage, int Generation, int Attempt, StageEvent Event, StageState From, StageState To, string? Worker, string? Detail);

/// <summary>One attempt of a stage.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="Generation">Its generation.</param>
/// <param name="Number">From 1 in each generation.</param>
/// <param name="Worker">Who ran it.</param>
/// <param name="Started">When it was claimed.</param>
/// <param name="Ended">When it ended, or null while it runs.</param>
/// <param name="Outcome">How it ended, or null while it runs.</param>
/// <param name="ResumedAtStep">Where it went on from, or null for a fresh start.</param>
/// <param name="Progress">How far it was known to be at its last heartbeat, or null.</param>
/// <param name="Detail">Reason, exception, signal or end of the log.</param>
public sealed record AttemptView(
    string Stage, int Generation, int Number, string Worker, DateTimeOffset Started, DateTimeOffset? Ended, StageEvent? Outcome, long? ResumedAtStep,
    StageProgress? Progress, string? Detail);

/// <summary>A result under its key.</summary>
/// <param name="Key">The key.</param>
/// <param name="Run">The run that made it.</param>
/// <param name="Stage">The stage that made it.</param>
/// <param name="Output">Its artifact.</param>
/// <param name="Result">Metrics and fan-out.</param>
public sealed record StoredResult(string Key, string Run, string Stage, Artifact Output, StageResult Result);
