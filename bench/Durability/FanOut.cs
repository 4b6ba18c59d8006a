using System.Globalization;
using DnC.Workflow.Runtime.Hosting;
using DnC.Workflow.Stages.Lifecycle;

namespace DnC.Workflow.Bench.Durability;

/// <summary>Fan-out and fan-in over four worker processes.</summary>
public static class FanOut
{
    private const int Workers = 4;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);

    /// <summary>Measures.</summary>
    public static async Task<Table> Measure(Databases server)
    {
        var rows = new List<string[]>();
        foreach (var width in (int[])[10, 100, 1_000, 10_000])
        {
            var (connection, folder) = (server.Create(), server.Folder("fanout"));
            WorkerProcess[] workers = [.. Enumerable.Range(0, Workers).Select(i => WorkerProcess.Start(new WorkerScript(
                connection, Path.Combine(folder, i.ToString(CultureInfo.InvariantCulture)), Path.Combine(folder, "artifacts"), 1, Children: false)))];
            using var client = LedgerClient.Open(connection, Graphs.Draw, (what, e) => Console.Error.WriteLine($"{what}: {e.Message}"));

            // Once through, so that no worker meets its first stage with the clock running.
            await Graphs.Ended(client, client.Ledger.Submit(Graphs.Run(Graphs.FanOut(20), "warm-up")), Look).ConfigureAwait(false);
            var (size, postgres, engines, start) = (Databases.Size(connection), server.CpuSeconds(), workers.Sum(w => w.CpuSeconds()), TimeProvider.System.GetTimestamp());
            var run = client.Ledger.Submit(Graphs.Run(Graphs.FanOut(width), "fan-out"));
            var submitted = TimeProvider.System.GetElapsedTime(start);
            await Graphs.Ended(client, run, Look).ConfigureAwait(false);
            var took = TimeProvider.System.GetElapsedTime(start);
            var events = client.Ledger.Events(run);
            var rootDone = events.First(e => e is { Stage: "root", Event: StageEvent.Claimed }).At;
            var ready = events.Last(e => e.Event == StageEvent.InputsComplete && e.Stage.StartsWith("expert", StringComparison.Ordinal)).At;
            rows.Add(
            [
                width.ToString(CultureInfo.InvariantCulture), Report.Number(submitted.TotalSeconds), Report.Number((ready - rootDone).TotalSeconds),
                Report.Number(took.TotalSeconds), Report.Number(took.TotalMilliseconds / (width + 2)),
                Report.Number(1000 * (server.CpuSeconds() - postgres) / (width + 2)), Report.Number(1000 * (workers.Sum(w => w.CpuSeconds()) - engines) / (width + 2)),
                Report.Number((Databases.Size(connection) - size) / 1024.0 / (width + 2)),
            ]);
            foreach (var worker in workers)
                worker.Dispose();
        }

        return new Table(
            $"Fan-out and fan-in over {Workers} worker processes of one slot",
            ["experts", "submit s", "all experts ready s", "whole run s", "ms a stage", "PostgreSQL CPU ms a stage", "workers' CPU ms a stage", "database KiB a stage"],
            rows,
            "A stage, then the experts beside each other, then one that waits for all; no-op bodies in the workers. 'Ready' is from the first stage's claim to the last expert's ready, by the ledger's clock.");
    }
}
