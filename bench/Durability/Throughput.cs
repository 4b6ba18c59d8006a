using System.Globalization;
using DnC.Workflow.Runtime.Hosting;

namespace DnC.Workflow.Bench.Durability;

/// <summary>No-op stages a second with more and more slots, beside as many worker threads of raw Hangfire; turn by turn.</summary>
public static class Throughput
{
    private const int Stages = 2_500;

    // Until here connections are opened and code is compiled.
    private const int WarmUp = 500;
    private const int Repeats = 3;

    /// <summary>Measures.</summary>
    public static async Task<Table> Measure(Databases server)
    {
        var rows = new List<string[]>();
        foreach (var workers in (int[])[1, 10, 20, 50])
        {
            List<double> ours = [], theirs = [];
            for (var i = 0; i < Repeats; i++)
            {
                theirs.Add(Raw(server, workers));
                ours.Add(await Ours(server, workers).ConfigureAwait(false));
            }

            rows.Add(
            [
                workers.ToString(CultureInfo.InvariantCulture), Report.Number(Sample.Median(ours)), Report.Number(Sample.Median(theirs)),
                Report.Number(Sample.Median(ours.Zip(theirs, (o, t) => o / t))),
            ]);
        }

        return new Table(
            "No-op stages a second",
            ["slots", "dnc", "raw Hangfire", "ratio"],
            rows,
            $"{Stages} stages or jobs, stored beforehand, the clock started at number {WarmUp}; medians of {Repeats} turns in new databases. A stage is claimed, run in the worker's process, its empty output sealed, committed with its event; a job is fetched, run and marked.");
    }

    private static double Raw(Databases server, int workers)
    {
        using var raw = new RawHangfire(server.Create(), workers);
        for (var i = 0; i < Stages; i++)
            raw.Enqueue();
        raw.Serve();
        while (RawHangfire.Done < WarmUp)
            Thread.Sleep(1);
        var start = TimeProvider.System.GetTimestamp();
        while (RawHangfire.Done < Stages)
            Thread.Sleep(1);
        return (Stages - WarmUp) / TimeProvider.System.GetElapsedTime(start).TotalSeconds;
    }

    private static async Task<double> Ours(Databases server, int workers)
    {
        var connection = server.Create();
        using var client = LedgerClient.Open(connection, Graphs.Draw, (what, e) => Console.Error.WriteLine($"{what}: {e.Message}"));
        var run = client.Ledger.Submit(Graphs.Run(Graphs.Independent(Stages), "all"));
        var began = 0;
        var start = 0L;
        await using var engine = Graphs.Start(connection, server.Folder("throughput"), workers, new NoOp(_ =>
        {
            if (Interlocked.Increment(ref began) == WarmUp)
                Interlocked.Exchange(ref start, TimeProvider.System.GetTimestamp());
        }));
        await engine.WhenEnded(run, default).ConfigureAwait(false);
        return (Stages - WarmUp) / TimeProvider.System.GetElapsedTime(Interlocked.Read(ref start)).TotalSeconds;
    }
}
