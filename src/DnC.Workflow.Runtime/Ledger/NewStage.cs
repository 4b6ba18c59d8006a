namespace DnC.Workflow.Runtime.Ledger;

/// <summary>A stage to store.</summary>
internal sealed record NewStage
{
    public required string Run { get; init; }
    public required string Name { get; init; }
    public required string Kind { get; init; }

    /// <summary>The version of its kind that may run it; null: any.</summary>
    public int? Version { get; init; }
    public required string Resource { get; init; }

    /// <summary>The plan as JSON.</summary>
    public required string Node { get; init; }

    /// <summary>What it reads, and whose fan-out it belongs to: positions in the same list, each before its own.</summary>
    public required IReadOnlyList<int> Parents { get; init; }

    /// <summary>The position of the stage whose fan-out decides whether it exists.</summary>
    public int? Fan { get; init; }

    /// <summary>Its number in that fan-out.</summary>
    public int? Index { get; init; }

    /// <summary>Milliseconds that it may wait for a machine; 0: any time.</summary>
    public required long QueueLimit { get; init; }
    public required bool Forced { get; init; }

    /// <summary>Milliseconds since 1970.</summary>
    public required long Now { get; init; }
}
