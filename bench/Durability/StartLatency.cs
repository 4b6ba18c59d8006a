using System.Collections.Concurrent;
using System.Globalization;
using DnC.Workflow.Runtime.Hosting;

namespace DnC.Workflow.Bench.Durability;

/// <summary>From the submission of a run of one stage to its body running, beside a raw job from enqueue to running; turn by turn.</summary>
public static class StartLatency
{
    private const int WarmUp = 10;
    private const int Repeats = 300;
    private static readonly double[] Shares = [0.5, 0.95, 0.99];

    /// <summary>Measures.</summary>
    public static async Task<Table> Measure(Databases server)
    {
        var waiting = new ConcurrentDictionary<string, TaskCompletionSource<long>>(StringComparer.Ordinal);
        var connection = server.Create();
        await using var engine = Graphs.Start(connection, server.Folder("start"), 1, new NoOp(stage => waiting[stage].SetResult(TimeProvider.System.GetTimestamp())));
        using var client = LedgerClient.Open(connection, Graphs.Draw, (what, e) => Console.Error.WriteLine($"{what}: {e.Message}"));
        using var raw = new RawHangfire(server.Create(), 1);
        raw.Serve();
        List<double> ours = [], theirs = [];
        for (var i = -WarmUp; i < Repeats; i++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"noop {i}");
            var began = waiting[name] = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
            var submitted = TimeProvider.System.GetTimestamp();
            var run = client.Ledger.Submit(Graphs.Run(new Stages.Plan.StageGraph().Add(Graphs.Node(name, "noop")), name));
            var running = await began.Task.ConfigureAwait(false);
            await engine.WhenEnded(run, default).ConfigureAwait(false);
            var enqueued = TimeProvider.System.GetTimestamp();
            var rawRunning = await raw.RunOne(name).ConfigureAwait(false);
            if (i < 0)
                continue;
            ours.Add(TimeProvider.System.GetElapsedTime(submitted, running).TotalMilliseconds);
            theirs.Add(TimeProvider.System.GetElapsedTime(enqueued, rawRunning).TotalMilliseconds);
        }

        return new Table(
            "Submit to running, one idle worker",
            ["", "p50 ms", "p95 ms", "p99 ms"],
            [Row("dnc", ours), Row("raw Hangfire", theirs), ["ratio", .. Shares.Select(q => Report.Number(Sample.Quantile(ours, q) / Sample.Quantile(theirs, q)))]],
            $"{Repeats} of each, turn by turn, from another connection pool in the same process. Ours stores a run with its stage, rings, and claims; the raw one enqueues a job.");

        static string[] Row(string name, List<double> values) => [name, .. Shares.Select(q => Report.Number(Sample.Quantile(values, q)))];
    }
}
