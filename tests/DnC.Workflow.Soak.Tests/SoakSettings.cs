using System.Globalization;

namespace DnC.Workflow.Soak.Tests;

/// <summary>How long the tests run: short where nothing is said.</summary>
public static class SoakSettings
{
    /// <summary>Runs under faults: DNC_SOAK_RUNS.</summary>
    public static int Runs { get; } = Number("DNC_SOAK_RUNS") ?? 5;

    /// <summary>The seed of the faults: DNC_SOAK_SEED.</summary>
    public static int Seed { get; } = Number("DNC_SOAK_SEED") ?? 1;

    /// <summary>Whether somebody asked for more than the short form.</summary>
    public static bool IsLong { get; } = Number("DNC_SOAK_RUNS") is not null;

    private static int? Number(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
