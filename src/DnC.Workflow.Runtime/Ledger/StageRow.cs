using DnC.Workflow.Stages.Lifecycle;

namespace DnC.Workflow.Runtime.Ledger;

/// <summary>What changes of a stage, as its row has it. Times in milliseconds since 1970.</summary>
internal sealed class StageRow
{
    /// <summary>The select list, of table alias s.</summary>
    public const string Columns =
        """
        s.id AS Id, s.run_id AS RunId, s.name AS Name, s.version AS Version, s.resource AS Resource, s.fan_id AS FanId, s.fan_index AS FanIndex, s.queue_limit AS QueueLimit,
        s.state AS State, s.moved AS Moved, s.since AS Since, s.generation AS Generation, s.fence AS Fence, s.pending AS Pending, s.gate_shut AS GateShut,
        s.forced AS Forced, s.attempts AS Attempts, s.failures AS Failures, s.losses AS Losses, s.input_losses AS InputLosses,
        s.ready_at AS ReadyAt, s.not_before AS NotBefore, s.queue_by AS QueueBy, s.stage_key AS StageKey, s.waits_for_key AS WaitsForKey,
        s.checkpoint_location AS CheckpointLocation, s.checkpoint_step AS CheckpointStep, s.resumed_step AS ResumedStep,
        s.output AS Output, s.metrics AS Metrics, s.fan_out AS FanOut, s.reused_from AS ReusedFrom, s.error AS Error,
        s.worker AS Worker, s.started_at AS StartedAt, s.ended_at AS EndedAt
        """;

    public long Id { get; set; }
    public string RunId { get; set; } = "";
    public string Name { get; set; } = "";

    /// <summary>The version of its kind that may run it; null: any.</summary>
    public long? Version { get; set; }
    public string Resource { get; set; } = "";
    public long? FanId { get; set; }
    public long? FanIndex { get; set; }
    public long QueueLimit { get; set; }
    public StageState State { get; set; }

    /// <summary>The sequence number of its last event: whoever saw another one saw another stage.</summary>
    public long Moved { get; set; }

    /// <summary>Its <see cref="Moved"/> before the move that is being written.</summary>
    public long Seen { get; set; }
    public long Since { get; set; }
    public int Generation { get; set; }
    public long Fence { get; set; }

    /// <summary>
    /// Stages that it reads and that are not done, and one more for a shut gate, when the row was read.
    /// Only <see cref="LedgerTransaction.Move"/> and <see cref="LedgerTransaction.OpenGate"/> change it.
    /// </summary>
    public long Pending { get; set; }

    /// <summary>Whether nobody has opened its gate yet. Never shut again.</summary>
    public bool GateShut { get; set; }
    public bool Forced { get; set; }
    public int Attempts { get; set; }
    public int Failures { get; set; }
    public int Losses { get; set; }
    public int InputLosses { get; set; }
    public long ReadyAt { get; set; }
    public long NotBefore { get; set; }
    public long? QueueBy { get; set; }
    public string? StageKey { get; set; }

    /// <summary>The key under which the same work is running elsewhere. Read only: any move clears it.</summary>
    public string? WaitsForKey { get; set; }
    public string? CheckpointLocation { get; set; }
    public long? CheckpointStep { get; set; }
    public long? ResumedStep { get; set; }
    public string? Output { get; set; }
    public string? Metrics { get; set; }
    public long? FanOut { get; set; }
    public string? ReusedFrom { get; set; }
    public string? Error { get; set; }
    public string? Worker { get; set; }
    public long? StartedAt { get; set; }
    public long? EndedAt { get; set; }

    /// <summary>State of the stage whose fan-out decides whether this one exists; only where the query asks for it.</summary>
    public StageState? FanState { get; set; }

    /// <summary>That stage's fan-out.</summary>
    public long? FanFanOut { get; set; }

    /// <summary>The plan; only where the query asks for it.</summary>
    public string? Node { get; set; }

    /// <summary>Where its run's images are; only where the query asks for it.</summary>
    public string? Data { get; set; }

    /// <summary>How many stages of its run may run at once, 0 for any number; only where the query asks for it.</summary>
    public long MaxConcurrent { get; set; }

    /// <summary>The running attempt's progress; only where the query asks for it.</summary>
    public string? Progress { get; set; }

    /// <summary>When that last changed; only where the query asks for it.</summary>
    public long? ProgressAt { get; set; }

    /// <summary>The state as the row has it.</summary>
    public string StateWord => State.Word();

    /// <summary>Whether the stage that decides has decided that this one does not exist.</summary>
    public bool IsAbsent => FanIndex is { } index && FanState is { } state && state.IsSatisfied()
        && (state == StageState.Skipped || FanFanOut is { } fanOut && fanOut <= index);

    /// <summary>Whether a newer checkpoint was named since the last attempt began.</summary>
    public bool HasProgressed => CheckpointStep is { } step && (ResumedStep is not { } from || step > from);

    /// <summary>Forgets what belongs to one generation alone. The fence goes on growing.</summary>
    public void StartGeneration(bool forced)
    {
        Generation++;
        Forced = forced;
        (Attempts, Failures, Losses, InputLosses, NotBefore) = (0, 0, 0, 0, 0);
        (StageKey, CheckpointLocation, CheckpointStep, ResumedStep) = (null, null, null, null);
        (Output, Metrics, FanOut, ReusedFrom, Error) = (null, null, null, null, null);
        (Worker, StartedAt, EndedAt) = (null, null, null);
    }
}
