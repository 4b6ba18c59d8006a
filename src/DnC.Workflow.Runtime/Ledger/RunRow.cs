using DnC.Workflow.Stages.Lifecycle;

namespace DnC.Workflow.Runtime.Ledger;

/// <summary>What a run's stages add up to, and the wishes of a person.</summary>
internal sealed class RunRow
{
    /// <summary>The select list.</summary>
    public const string Columns =
        """
        id AS Id, name AS Name, identity AS Identity, retry AS Retry, paused AS Paused, cancelled AS Cancelled, state AS State, gated AS Gated, requested AS Requested,
        waiting AS Waiting, active AS Active, failed AS Failed, withdrawn AS Withdrawn, created_at AS CreatedAt, ended_at AS EndedAt
        """;

    private (bool, bool, RunState, long, long, long, long, long?) _read;

    public string Id { get; set; } = "";
    public string Name { get; set; } = "";
    public string Identity { get; set; } = "";
    public string Retry { get; set; } = "";
    public bool Paused { get; set; }
    public bool Cancelled { get; set; }
    public RunState State { get; set; }

    /// <summary>Whether its stages wait for their gates.</summary>
    public bool Gated { get; set; }

    /// <summary>Whether anybody ever asked to be told of its ends.</summary>
    public bool Requested { get; set; }

    /// <summary>Stages in state waiting.</summary>
    public long Waiting { get; set; }

    /// <summary>Stages in state ready or running: counted together, so that a claim need not lock the run.</summary>
    public long Active { get; set; }

    /// <summary>Stages in state failed.</summary>
    public long Failed { get; set; }

    /// <summary>Stages in state cancelled.</summary>
    public long Withdrawn { get; set; }
    public long CreatedAt { get; set; }
    public long? EndedAt { get; set; }

    /// <summary>The state as the row has it.</summary>
    public string StateWord => State.Word();

    /// <summary>Whether it differs from what was read.</summary>
    public bool HasChanged => _read != Kept();

    /// <summary>Remembers the row as it is in the database.</summary>
    public void KeepAsRead() => _read = Kept();

    private (bool Paused, bool Cancelled, RunState State, long Waiting, long Active, long Failed, long Withdrawn, long? EndedAt) Kept() =>
        (Paused, Cancelled, State, Waiting, Active, Failed, Withdrawn, EndedAt);

    /// <summary>Adds to the count that a state belongs to.</summary>
    public void Count(StageState state, int by)
    {
        switch (state)
        {
            case StageState.Waiting: Waiting += by; break;
            case StageState.Ready or StageState.Running: Active += by; break;
            case StageState.Failed: Failed += by; break;
            case StageState.Cancelled: Withdrawn += by; break;
            default: break;
        }
    }

    /// <summary>Whether nothing of it goes on any more.</summary>
    public bool HasEnded => Active == 0 && Derive().IsEnded();

    /// <summary>Whether every stage has its result, or is skipped.</summary>
    public bool HasAllDone => this is { Waiting: 0, Active: 0, Failed: 0, Withdrawn: 0 };

    /// <summary>Where the run stands by its counts and wishes.</summary>
    public RunState Derive() =>
        Cancelled ? RunState.Cancelled
        : Active > 0 ? (Paused ? RunState.Paused : RunState.Running)
        : Failed > 0 ? RunState.Failed
        : Withdrawn > 0 ? RunState.Cancelled
        : Waiting > 0 ? (Paused ? RunState.Paused : RunState.Running)
        : RunState.Succeeded;
}
