using System.Text.Json;
using DnC.Workflow.Runtime.Execute;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Runtime.TestHost;

/// <summary>What a worker process of a test shall do: serve until SIGTERM.</summary>
public sealed record WorkerScript
{
    /// <summary>The database.</summary>
    public required string ConnectionString { get; init; }

    /// <summary>The folder of all workers' artifacts.</summary>
    public required string Artifacts { get; init; }

    /// <summary>The worker's own folder.</summary>
    public required string Work { get; init; }

    /// <summary>Slots by class.</summary>
    public IReadOnlyDictionary<string, int> Slots { get; init; } = new Dictionary<string, int>(StringComparer.Ordinal) { ["cpu"] = 2 };

    /// <summary>Leases and grace.</summary>
    public LeaseSettings Lease { get; init; } = new();

    /// <summary>Where bodies run; null leaves it to them.</summary>
    public DeviceUse? Device { get; init; }

    /// <summary>Whether bodies run in the worker's own process.</summary>
    public bool InProcess { get; init; }

    /// <summary>The folder of the worker's journal, or null: none is kept.</summary>
    public string? Journal { get; init; }

    /// <summary>Where the worker kills itself with SIGKILL, or null.</summary>
    public DeathPoint? DieAt { get; init; }

    /// <summary>Reads a script.</summary>
    public static WorkerScript Read(string path) =>
        JsonSerializer.Deserialize<WorkerScript>(File.ReadAllBytes(path), SpecJson.Options) ?? throw new InvalidDataException(path);

    /// <summary>Writes a script.</summary>
    public void Write(string path) => File.WriteAllBytes(path, JsonSerializer.SerializeToUtf8Bytes(this, SpecJson.Options));
}
