using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.TestHost.Journals;

/// <summary>What a pacer did or was told.</summary>
public enum GateFact
{
    /// <summary>It makes a request next, for the first time or again.</summary>
    Asked,

    /// <summary>The ledger replied.</summary>
    Replied,

    /// <summary>It is told of an end.</summary>
    Heard,

    /// <summary>It throws instead of taking it.</summary>
    Refused,

    /// <summary>It has it in its books, and acknowledges it next.</summary>
    Taken,
}

/// <summary>A line of a pacer's journal, which is its memory too: who is started again goes on from what all have taken.</summary>
public sealed record GateEntry
{
    /// <summary>What happened.</summary>
    public required GateFact Fact { get; init; }

    /// <summary>The request.</summary>
    public required string Request { get; init; }

    /// <summary>The run.</summary>
    public required string Run { get; init; }

    /// <summary>The stage; null for the end of the run.</summary>
    public string? Stage { get; init; }

    /// <summary>The ledger's reply.</summary>
    public GateEffect? Effect { get; init; }

    /// <summary>How often the end was told, this time included.</summary>
    public int? Try { get; init; }

    /// <summary>What ended in.</summary>
    public StageState? State { get; init; }

    /// <summary>The generation that ended.</summary>
    public int? Generation { get; init; }

    /// <summary>Where the output is.</summary>
    public string? Output { get; init; }
}
