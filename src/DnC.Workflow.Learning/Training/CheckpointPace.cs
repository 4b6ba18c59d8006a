using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Learning.Training;

/// <summary>
/// When a stage's next checkpoint is due: after the seconds that are asked for, or, where none are, after a minute, and not before the last
/// checkpoint has cost no more than a hundredth of the time [ours].
/// </summary>
/// <param name="seconds">As <see cref="StageOptions.CheckpointSeconds"/>.</param>
/// <param name="time">The clock.</param>
public sealed class CheckpointPace(double? seconds, TimeProvider time)
{
    /// <summary>Seconds between checkpoints that cost next to nothing.</summary>
    public const double Usual = 60;

    /// <summary>Seconds between checkpoints at most, whatever they cost: what a killed attempt loses.</summary>
    public const double Longest = 600;

    /// <summary>A checkpoint's time is at most this share of the time between two, unless that would be longer than <see cref="Longest"/>.</summary>
    public const double Share = 0.01;

    private long _since = time.GetTimestamp();
    private double _before = double.PositiveInfinity;

    /// <summary>Seconds from the last checkpoint, or the start, to the next.</summary>
    public double Interval { get; private set; } = seconds ?? Usual;

    /// <summary>Whether it is time.</summary>
    public bool IsDue => time.GetElapsedTime(_since).TotalSeconds >= Interval;

    /// <summary>Writes a checkpoint, and takes from how long that lasts when the next is due.</summary>
    public void Write(Action checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        var start = time.GetTimestamp();
        checkpoint();
        _since = time.GetTimestamp();
        var cost = time.GetElapsedTime(start, _since).TotalSeconds;

        // Of the last two the cheaper: a store that stumbled once makes nothing dearer.
        Interval = seconds ?? After(Math.Min(cost, _before));
        _before = cost;
    }

    /// <summary>Seconds from a checkpoint that took some to the next, where nobody has said how many.</summary>
    public static double After(double seconds) => Math.Clamp(seconds / Share, Usual, Longest);
}
