namespace DnC.Workflow.Bench.Durability;

/// <summary>The registration list.</summary>
public static class DurabilityRows
{
    /// <summary>Rows by the name that runs them alone.</summary>
    public static IReadOnlyDictionary<string, Func<Databases, Task<Table>>> All { get; } = new Dictionary<string, Func<Databases, Task<Table>>>(StringComparer.Ordinal)
    {
        ["start"] = StartLatency.Measure,
        ["throughput"] = Throughput.Measure,
        ["fanout"] = FanOut.Measure,
        ["idle"] = IdleHour.Measure,
        ["backlog"] = Backlog.Measure,
        ["lost"] = LostWorker.Measure,
        ["speedup"] = TwoWorkers.Measure,
    };
}
