using System.Text.Json;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Runtime.TestHost;

/// <summary>What a pacer process of a test shall do: open the gates of all gated runs, each when its inputs' ends were heard, until SIGTERM.</summary>
public sealed record PacerScript
{
    /// <summary>The database.</summary>
    public required string ConnectionString { get; init; }

    /// <summary>The folder of all pacers' journals.</summary>
    public required string Journal { get; init; }

    /// <summary>Reads a script.</summary>
    public static PacerScript Read(string path) =>
        JsonSerializer.Deserialize<PacerScript>(File.ReadAllBytes(path), SpecJson.Options) ?? throw new InvalidDataException(path);

    /// <summary>Writes a script.</summary>
    public void Write(string path) => File.WriteAllBytes(path, JsonSerializer.SerializeToUtf8Bytes(this, SpecJson.Options));
}
