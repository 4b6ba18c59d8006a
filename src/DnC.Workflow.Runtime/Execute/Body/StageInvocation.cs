using System.Text.Json;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Runtime.Execute.Body;

/// <summary>All that a body's process is told, in one line of JSON. Paths are absolute.</summary>
public sealed record StageInvocation
{
    /// <summary>Which executor.</summary>
    public required string Kind { get; init; }

    /// <summary>The stage's name, for messages.</summary>
    public required string Stage { get; init; }

    /// <summary>The settings that change the result.</summary>
    public required JsonElement Settings { get; init; }

    /// <summary>The settings that do not; the number of threads is filled in.</summary>
    public required StageOptions Options { get; init; }

    /// <summary>Where the images are.</summary>
    public required DataSpec Data { get; init; }

    /// <summary>Digests of the data's index by part, as planned.</summary>
    public required IReadOnlyDictionary<string, string> DataDigests { get; init; }

    /// <summary>Paths of the input files by input name.</summary>
    public required IReadOnlyDictionary<string, string> Inputs { get; init; }

    /// <summary>An empty folder for the outputs.</summary>
    public required string OutputFolder { get; init; }

    /// <summary>The parent of this attempt's checkpoints; made with the first.</summary>
    public required string CheckpointFolder { get; init; }

    /// <summary>The device that the body's process is shown, and takes before it begins; null: whatever is there.</summary>
    public DeviceUse? Device { get; init; }

    /// <summary>The checkpoint to go on from, or null.</summary>
    public string? ResumeFolder { get; init; }
}
