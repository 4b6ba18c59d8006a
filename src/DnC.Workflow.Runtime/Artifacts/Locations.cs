using System.Globalization;
using System.Text.RegularExpressions;

namespace DnC.Workflow.Runtime.Artifacts;

/// <summary>Names of what an attempt seals: outputs 'RUN/STAGE.GENERATION-ATTEMPT', beside them '….checkpoint-STEP' and '….log'.</summary>
public static partial class Locations
{
    /// <summary>The locations of logs end so.</summary>
    public const string LogEnd = ".log";

    private const string CheckpointMark = ".checkpoint-";

    /// <summary>All of a run's begin so.</summary>
    public static string OfRun(string run) => ArtifactNames.Segment(run) + "/";

    /// <summary>The run's part of a location, as <see cref="OfRun"/> gives it.</summary>
    public static string Place(string location) => location[..(location.IndexOf('/', StringComparison.Ordinal) + 1)];

    /// <summary>All of a stage's begin so. So may those of another stage, whose name has a dot.</summary>
    public static string OfStage(string run, string stage) => $"{OfRun(run)}{ArtifactNames.Segment(stage)}.";

    /// <summary>Outputs of an attempt.</summary>
    public static string OfAttempt(string run, string stage, long generation, long attempt) =>
        string.Create(CultureInfo.InvariantCulture, $"{OfStage(run, stage)}{generation}-{attempt}");

    /// <summary>A checkpoint of an attempt.</summary>
    /// <param name="attempt">The location of its outputs.</param>
    /// <param name="name">One segment, its own in the attempt.</param>
    public static string Checkpoint(string attempt, string name) => attempt + CheckpointMark + name;

    /// <summary>The log of an attempt.</summary>
    /// <param name="attempt">The location of its outputs.</param>
    public static string Log(string attempt) => attempt + LogEnd;

    /// <summary>Whether a location is of those that attempts seal, and so a collector's to delete.</summary>
    public static bool IsAttempts(string location) => OfAttempts().IsMatch(location);

    /// <summary>Whether a location is a checkpoint's.</summary>
    public static bool IsCheckpoint(string location) => location.Contains(CheckpointMark, StringComparison.Ordinal);

    /// <summary>The attempt of a stage's checkpoint; null where the location is another stage's or no checkpoint's.</summary>
    public static (long Generation, long Attempt)? CheckpointAttempt(string run, string stage, string location)
    {
        var prefix = OfStage(run, stage);
        if (!location.StartsWith(prefix, StringComparison.Ordinal))
            return null;
        var rest = location[prefix.Length..];
        var end = rest.IndexOf(CheckpointMark, StringComparison.Ordinal);
        return end > 0
            && rest[..end].Split('-') is [var generation, var attempt]
            && long.TryParse(generation, NumberStyles.None, CultureInfo.InvariantCulture, out var g)
            && long.TryParse(attempt, NumberStyles.None, CultureInfo.InvariantCulture, out var a)
            ? (g, a)
            : null;
    }

    [GeneratedRegex(@"^[^/]+/[^/]+\.[0-9]+-[0-9]+(\.checkpoint-[^/]+|\.log)?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex OfAttempts();
}
