using System.Globalization;
using DnC.Workflow.Bench.Training;
using DnC.Workflow.Runtime.Hosting;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Bench.Durability;

/// <summary>What two one-thread workers gain over one on four equal trainings, beside what two bare processes gain over one.</summary>
public static class TwoWorkers
{
    private const int Trainings = 4;
    private const int Repeats = 2;

    /// <summary>Measures.</summary>
    public static async Task<Table> Measure(Databases server)
    {
        var images = server.Folder("images");
        DemoTraining.Render(images);
        List<double> bare = [], ours = [];
        var rows = new List<string[]>();
        for (var i = 0; i < Repeats; i++)
        {
            var (b1, w1) = (Bare(server, images, 1), await Workers(server, images, 1).ConfigureAwait(false));
            var (b2, w2) = (Bare(server, images, 2), await Workers(server, images, 2).ConfigureAwait(false));
            bare.Add(b1 / b2);
            ours.Add(w1 / w2);
            rows.Add([(i + 1).ToString(CultureInfo.InvariantCulture), Report.Number(b1), Report.Number(b2), Report.Number(b1 / b2), Report.Number(w1), Report.Number(w2), Report.Number(w1 / w2), Report.Number(w1 / w2 / (b1 / b2))]);
        }

        rows.Add(["median", "", "", Report.Number(Sample.Median(bare)), "", "", Report.Number(Sample.Median(ours)), Report.Number(Sample.Median(ours.Zip(bare, (o, b) => o / b)))]);
        return new Table(
            $"{Trainings} equal trainings of one thread each on two workers",
            ["", "1 bare process s", "2 bare s", "speed-up", "1 worker s", "2 workers s", "speed-up", "ratio of speed-ups"],
            rows,
            "The demo's base training, one epoch longer than its experts', with four seeds. Bare processes run the same stage bodies one after the other, without ledger, queue or checkpoints' commits. Workers start a child for each.");
    }

    private static double Bare(Databases server, string images, int processes)
    {
        var folder = server.Folder("bare");
        return BareTraining.Time(folder, [.. Enumerable.Range(0, Trainings).Select(i => DemoTraining.Invocation(DemoTraining.Node(images, i), images, Path.Combine(folder, i.ToString(CultureInfo.InvariantCulture))))], processes);
    }

    private static async Task<double> Workers(Databases server, string images, int count)
    {
        var (connection, folder) = (server.Create(), server.Folder("workers"));
        WorkerProcess[] workers = [.. Enumerable.Range(0, count).Select(i => WorkerProcess.Start(new WorkerScript(
            connection, Path.Combine(folder, i.ToString(CultureInfo.InvariantCulture)), Path.Combine(folder, "artifacts"), 1, Children: true)))];
        using var client = LedgerClient.Open(connection, Graphs.Draw, (what, e) => Console.Error.WriteLine($"{what}: {e.Message}"));
        var graph = new StageGraph();
        for (var i = 0; i < Trainings; i++)
            graph.Add(DemoTraining.Node(images, i));
        var start = TimeProvider.System.GetTimestamp();
        var run = client.Ledger.Submit(Graphs.Run(graph, "trainings") with { Data = new DataSpec { Path = images } });
        await Graphs.Ended(client, run, TimeSpan.FromMilliseconds(500)).ConfigureAwait(false);
        var took = TimeProvider.System.GetElapsedTime(start).TotalSeconds;
        if (client.Ledger.Find(run)!.Stages.FirstOrDefault(s => s.Error is not null) is { } failed)
            throw new InvalidOperationException($"{failed.Node.Name}: {failed.Error}");
        foreach (var worker in workers)
            worker.Dispose();
        return took;
    }
}
