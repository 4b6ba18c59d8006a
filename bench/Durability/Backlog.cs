using System.Globalization;
using DnC.Workflow.Runtime.Hosting;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Plan;

namespace DnC.Workflow.Bench.Durability;

/// <summary>Whether a ledger full of history is slower to submit to.</summary>
public static class Backlog
{
    private const int Finished = 100_000;
    private const int Failures = 10_000;
    private const int PerRun = 1_000;
    private const int Repeats = 200;

    /// <summary>Measures.</summary>
    public static async Task<Table> Measure(Databases server)
    {
        var (connection, folder) = (server.Create(), server.Folder("backlog"));
        await using var engine = Graphs.Start(connection, folder, 10, new NoOp(), new Refuse());
        using var client = LedgerClient.Open(connection, Graphs.Draw, (what, e) => Console.Error.WriteLine($"{what}: {e.Message}"));
        await SubmitAndRun("warm-up").ConfigureAwait(false);
        var before = await SubmitAndRun("before").ConfigureAwait(false);
        var small = Databases.Size(connection);
        for (var i = 0; i < Finished / PerRun; i++)
            await Run(Graphs.Independent(PerRun), string.Create(CultureInfo.InvariantCulture, $"finished {i}")).ConfigureAwait(false);
        for (var i = 0; i < Failures / PerRun; i++)
            await Run(Graphs.Independent(PerRun, "refuse"), string.Create(CultureInfo.InvariantCulture, $"failed {i}")).ConfigureAwait(false);
        var full = Databases.Size(connection);
        await SubmitAndRun("settled").ConfigureAwait(false);
        var after = await SubmitAndRun("after").ConfigureAwait(false);
        return new Table(
            string.Create(CultureInfo.InvariantCulture, $"{Finished:N0} finished stages and {Failures:N0} failed ones in the ledger"),
            ["", "empty: p50 ms", "full: p50 ms", "ratio", "full: p95 ms"],
            [Row("submit", before.Submit, after.Submit), Row("submit to end", before.End, after.End)],
            $"{Repeats} runs of one stage. The database grew by {Report.Number((full - small) / 1048576.0)} MiB.");

        async Task<string> Run(StageGraph graph, string request)
        {
            var run = client.Ledger.Submit(Graphs.Run(graph, request));
            await engine.WhenEnded(run, default).ConfigureAwait(false);
            return run;
        }

        async Task<(List<double> Submit, List<double> End)> SubmitAndRun(string name)
        {
            List<double> submit = [], end = [];
            for (var i = 0; i < Repeats; i++)
            {
                var start = TimeProvider.System.GetTimestamp();
                var run = client.Ledger.Submit(Graphs.Run(Graphs.Independent(1), string.Create(CultureInfo.InvariantCulture, $"{name} {i}")));
                submit.Add(TimeProvider.System.GetElapsedTime(start).TotalMilliseconds);
                await engine.WhenEnded(run, default).ConfigureAwait(false);
                end.Add(TimeProvider.System.GetElapsedTime(start).TotalMilliseconds);
            }

            return (submit, end);
        }

        static string[] Row(string name, List<double> empty, List<double> filled) =>
            [name, Report.Number(Sample.Median(empty)), Report.Number(Sample.Median(filled)), Report.Number(Sample.Median(filled) / Sample.Median(empty)), Report.Number(Sample.Quantile(filled, 0.95))];
    }

    private sealed class Refuse : IStageExecutor
    {
        public string Kind => "refuse";

        public int Version => 1;

        public StageResult Execute(StageContext context) => throw new StageFailure("refused, as asked", retryable: false);
    }
}
