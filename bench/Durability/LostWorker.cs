using System.Globalization;
using DnC.Workflow.Runtime.Hosting;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Bench.Durability;

/// <summary>From a worker's death, or its graceful stop, to its stage running on another.</summary>
public static class LostWorker
{
    private const int Repeats = 7;

    /// <summary>Measures.</summary>
    public static Task<Table> Measure(Databases server)
    {
        var (connection, folder) = (server.Create(), server.Folder("lost"));
        using var client = LedgerClient.Open(connection, Graphs.Draw, (what, e) => Console.Error.WriteLine($"{what}: {e.Message}"));
        var standing = Start("standing");
        List<double> killed = [], stopped = [];
        for (var i = 0; i < Repeats; i++)
        {
            killed.Add(Once(string.Create(CultureInfo.InvariantCulture, $"killed {i}"), w => w.Kill()));
            stopped.Add(Once(string.Create(CultureInfo.InvariantCulture, $"stopped {i}"), w => w.Terminate()));
        }

        standing.Dispose();
        var lease = new LeaseSettings().Lease.TotalSeconds;
        return Task.FromResult(new Table(
            "A worker lost, a worker stopped: until its stage runs elsewhere",
            ["", "median s", "longest s"],
            [["kill -9", Report.Number(Sample.Median(killed)), Report.Number(killed.Max())], ["SIGTERM", Report.Number(Sample.Median(stopped)), Report.Number(stopped.Max())]],
            $"{Repeats} of each; a lease is {Report.Number(lease)} s and is renewed every {new LeaseSettings().Heartbeat.TotalSeconds:0} s. The stage's body stops at once when asked."));

        WorkerProcess Start(string name) => WorkerProcess.Start(new WorkerScript(connection, Path.Combine(folder, name), Path.Combine(folder, "artifacts"), 1, Children: false));

        double Once(string name, Action<WorkerProcess> end)
        {
            // The standing worker is held by another run's stage until the victim has taken its own.
            var held = client.Ledger.Submit(Graphs.Run(new StageGraph().Add(Graphs.Node(name + " holds", "wait")), name + " holds"));
            Until(held, v => v[0].State == StageState.Running);
            using var victim = Start(name);
            var run = client.Ledger.Submit(Graphs.Run(new StageGraph().Add(Graphs.Node(name, "wait")), name));
            var owner = Until(run, v => v[0].State == StageState.Running)[0].Worker;
            client.Ledger.Cancel(held);
            Until(held, v => v[0].State == StageState.Cancelled);
            var at = TimeProvider.System.GetUtcNow();
            end(victim);
            var again = Until(run, v => v[0].State == StageState.Running && v[0].Worker != owner)[0].Started!.Value;
            client.Ledger.Cancel(run);
            Until(run, v => v[0].State == StageState.Cancelled);
            return (again - at).TotalSeconds;
        }

        IReadOnlyList<StageView> Until(string run, Func<IReadOnlyList<StageView>, bool> expected)
        {
            while (true)
            {
                var stages = client.Ledger.Find(run)!.Stages;
                if (expected(stages))
                    return stages;
                Thread.Sleep(5);
            }
        }
    }
}
