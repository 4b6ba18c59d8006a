using System.Text.Json;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Stages.Plan;

/// <summary>A stage as planned: what it is, what it reads, and all that its key is made of but its inputs' digests.</summary>
public sealed record StageNode
{
    /// <summary>Unique in its run: 'base', 'expert[3]', 'evaluate[dnc]'.</summary>
    public required string Name { get; init; }

    /// <summary>Which executor runs it.</summary>
    public required string Kind { get; init; }

    /// <summary>The resource class that may run it: a name, not a device.</summary>
    public required string Resource { get; init; }

    /// <summary>The settings that change the result.</summary>
    public required JsonElement Settings { get; init; }

    /// <summary>The settings that do not.</summary>
    public StageOptions Options { get; init; } = new();

    /// <summary>Files of earlier stages that it reads.</summary>
    public IReadOnlyList<StageInput> Inputs { get; init; } = [];

    /// <summary>Digests of the data it reads by part: 'train', 'probe', 'test', 'labels'.</summary>
    public IReadOnlyDictionary<string, string> Data { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Digests of the index of those parts: no part of the key, but what a stage holds the data against before it starts.</summary>
    public IReadOnlyDictionary<string, string> DataIndex { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The stage whose fan-out decides whether this one exists, or null.</summary>
    public string? FanOutOf { get; init; }

    /// <summary>Its number in that fan-out: skipped where the fan-out is not larger.</summary>
    public int? Index { get; init; }

    /// <summary>A rough measure of the work, in images seen, for ordering and for 'plan'.</summary>
    public long Images { get; init; }
}

/// <summary>One file of an earlier stage that a stage reads.</summary>
/// <param name="Name">What the reader calls it.</param>
/// <param name="From">The stage that writes it.</param>
/// <param name="File">Its name in that stage's artifact.</param>
public sealed record StageInput(string Name, string From, string File);
