using System.Text.Json;
using DnC.Workflow.Runtime.Execute;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Runtime.TestHost;

/// <summary>What an engine process of a test shall do.</summary>
public sealed record EngineScript
{
    /// <summary>The root.</summary>
    public required string Root { get; init; }

    /// <summary>The run's stages, producers first.</summary>
    public required IReadOnlyList<StageNode> Stages { get; init; }

    /// <summary>Slots of 'cpu'.</summary>
    public int Slots { get; init; } = 2;

    /// <summary>Goes on as a person who types the command again: with fresh budgets. Otherwise only finds the run again.</summary>
    public bool Continue { get; init; }

    /// <summary>Leases and grace.</summary>
    public LeaseSettings Lease { get; init; } = new();

    /// <summary>Budgets of the stages.</summary>
    public RetryPolicy Retry { get; init; } = new() { FirstDelay = TimeSpan.FromMilliseconds(10) };

    /// <summary>Where the engine kills itself with SIGKILL, or null.</summary>
    public DeathPoint? DieAt { get; init; }

    /// <summary>Reads a script.</summary>
    public static EngineScript Read(string path) =>
        JsonSerializer.Deserialize<EngineScript>(File.ReadAllBytes(path), SpecJson.Options) ?? throw new InvalidDataException(path);

    /// <summary>Writes a script.</summary>
    public void Write(string path) => File.WriteAllBytes(path, JsonSerializer.SerializeToUtf8Bytes(this, SpecJson.Options));
}

/// <summary>A point of an attempt.</summary>
/// <param name="Point">The point.</param>
/// <param name="Stage">Of which stage.</param>
public sealed record DeathPoint(AttemptPoint Point, string Stage);
