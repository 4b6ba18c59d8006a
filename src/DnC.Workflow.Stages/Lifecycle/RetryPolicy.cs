namespace DnC.Workflow.Stages.Lifecycle;

/// <summary>How often a stage may fail and how long it waits in between. Attempts lost to a dead machine are counted apart. [ours]</summary>
public sealed record RetryPolicy
{
    /// <summary>Failures after which the stage is given up: 1 means no retry.</summary>
    public int MaxFailures { get; init; } = 3;

    /// <summary>Lost attempts in a row without a newer checkpoint after which the stage is given up as poison.</summary>
    public int MaxLossesWithoutProgress { get; init; } = 5;

    /// <summary>The wait after the first failure; doubled after each.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>No wait is longer.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The wait before the attempt after <paramref name="failures"/> failures: exponential, between half and all of it.</summary>
    /// <param name="failures">Failures so far, at least 1.</param>
    /// <param name="unit">A draw in [0, 1).</param>
    public TimeSpan Delay(int failures, double unit)
    {
        var full = Math.Min(MaxDelay.TotalSeconds, FirstDelay.TotalSeconds * Math.Pow(2, Math.Min(failures - 1, 30)));
        return TimeSpan.FromSeconds(full * (0.5 + (0.5 * unit)));
    }
}
