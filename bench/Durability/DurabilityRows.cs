using DnC.Workflow.Runtime.Postgres;

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

    /// <summary>Measures the rows named, or all.</summary>
    /// <param name="rows">Their names, and at the end --out FILE or nothing.</param>
    /// <returns>An exit code.</returns>
    public static async Task<int> Run(string[] rows)
    {
        string? file = null;
        if (rows is [.. var before, "--out", var named])
            (rows, file) = (before, named);
        if (rows.FirstOrDefault(r => !All.ContainsKey(r)) is { } unknown)
        {
            Console.Error.WriteLine($"There is no row '{unknown}' of durability; there are {string.Join(", ", All.Keys)}.");
            return 2;
        }

        if (!PrivatePostgres.Available(out var why))
        {
            Console.Error.WriteLine(why);
            return 2;
        }

        using var server = new Databases();
        var report = new Report(file, $"{Environment.ProcessorCount} cores, PostgreSQL {server.Version} on the same machine with fsync on, .NET {Environment.Version}.");
        foreach (var row in rows.Length > 0 ? rows : [.. All.Keys])
        {
            Console.Error.WriteLine($"{row} …");
            report.Add(await All[row](server).ConfigureAwait(false));
        }

        return 0;
    }
}
