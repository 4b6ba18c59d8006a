using DnC.Workflow.Report.Facts;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Report.Reading;

/// <summary>What a report is made from: what the ledger says of a run, and where the rest is.</summary>
public sealed record RunReading
{
    /// <summary>The run with its stages.</summary>
    public required RunView View { get; init; }

    /// <summary>Every attempt.</summary>
    public required IReadOnlyList<AttemptView> Attempts { get; init; }

    /// <summary>What was wanted of the run.</summary>
    public required IReadOnlyList<RunEvent> Wishes { get; init; }

    /// <summary>What evaluation says.</summary>
    public required MeasuredFacts Measured { get; init; }

    /// <summary>The artifacts; null where they cannot be reached.</summary>
    public IArtifactStore? Store { get; init; }

    /// <summary>Why they cannot be reached, as a sentence.</summary>
    public string? StoreTrouble { get; init; }

    /// <summary>Reads and makes features; null where nothing here can.</summary>
    public IFeatureReader? Features { get; init; }

    /// <summary>Where the distilled model is, or null.</summary>
    public string? Model { get; init; }

    /// <summary>On images that could not be read, or null.</summary>
    public string? Skipped { get; init; }

    /// <summary>This program's version.</summary>
    public required string Program { get; init; }

    /// <summary>This program's versions of the kinds of stages, for stages that the ledger knows none of.</summary>
    public required IReadOnlyDictionary<string, int> Versions { get; init; }

    /// <summary>When it was read.</summary>
    public required DateTimeOffset Seen { get; init; }
}
