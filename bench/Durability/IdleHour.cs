using System.Globalization;

namespace DnC.Workflow.Bench.Durability;

/// <summary>What workers with nothing to do cost.</summary>
public static class IdleHour
{
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Watched = TimeSpan.FromMinutes(3);

    /// <summary>Measures.</summary>
    public static async Task<Table> Measure(Databases server)
    {
        var (connection, folder) = (server.Create(), server.Folder("idle"));
        WorkerProcess[] workers = [.. Enumerable.Range(0, 2).Select(i => WorkerProcess.Start(new WorkerScript(
            connection, Path.Combine(folder, i.ToString(CultureInfo.InvariantCulture)), Path.Combine(folder, "artifacts"), 2, Children: false)))];
        await Task.Delay(Settling).ConfigureAwait(false);
        var (size, postgres, engines) = (Databases.Size(connection), server.CpuSeconds(), workers.Sum(w => w.CpuSeconds()));
        await Task.Delay(Watched).ConfigureAwait(false);
        var hour = TimeSpan.FromHours(1) / Watched;
        Table table = new(
            "An idle hour of two workers with two slots each",
            ["PostgreSQL CPU s", "workers' CPU s", "database growth KiB"],
            [[Report.Number(hour * (server.CpuSeconds() - postgres)), Report.Number(hour * (workers.Sum(w => w.CpuSeconds()) - engines)), Report.Number(hour * (Databases.Size(connection) - size) / 1024.0)]],
            $"Extrapolated from {Watched.TotalMinutes:0} minutes. Heartbeats, a reconciler pass a second from each worker, Hangfire's own servers.");
        foreach (var worker in workers)
            worker.Dispose();
        return table;
    }
}
