using System.Globalization;
using DnC.Workflow.Runtime.Artifacts;
using DnC.Workflow.Runtime.Ledger;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Cli.Tests.EndToEnd;

/// <summary>
/// The core promise with real training: kill -9 at random moments of a run (5, or as many as DNC_KILLS says), continuing each time by the
/// same command, ends in the very bytes of an undisturbed run.
/// </summary>
public sealed class RandomKillTests(FinishedRun finished, ITestOutputHelper output) : IDisposable
{
    private static readonly int Kills = int.Parse(Environment.GetEnvironmentVariable("DNC_KILLS") ?? "5", CultureInfo.InvariantCulture);
    private readonly TestFolder _folder = new();
    private readonly string _mark = Guid.NewGuid().ToString("N");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_run_killed_again_and_again_ends_as_an_undisturbed_one(int rounds)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "process trees are found in /proc");
        var calm = Command("calm", checkpointSeconds: 60, rounds);
        DncProcess.Run(calm).Expect(0);

        var expected = RunStatus.Of(_folder.At("calm"));
        var killed = Disturb(Command("killed", checkpointSeconds: 0.2, rounds), expected.Report.Stages.Count, rounds);
        var status = RunStatus.Of(_folder.At("killed"));
        var events = status.Ledger((ledger, run) => ledger.Events(run));
        var attempts = status.Ledger((ledger, run) => ledger.Attempts(run));
        output.WriteLine($"{killed.Count} kills, {events.Count} events, {attempts.Count} attempts of {status.Report.Stages.Count} stages; "
            + $"resumed at {string.Join(", ", attempts.Where(a => a.ResumedAtStep is not null).Select(a => $"{a.Stage} {a.ResumedAtStep}"))}");

        Assert.Equal(Kills, killed.Count);
        Assert.Equal("succeeded", status.Report.State);
        Assert.All(status.Report.Stages, s => Assert.Equal(1, s.Generation));
        Assert.All(status.Report.Stages, s => Assert.Single(events, e => e.Stage == s.Name && e.Event == StageEvent.Completed));
        Assert.DoesNotContain(events, e => e.Event is StageEvent.AttemptFailed or StageEvent.GaveUp);
        Assert.Contains(attempts, a => a.ResumedAtStep > 0);
        foreach (var state in killed)
            RepeatsAtMostOneInterval(state, attempts);

        Assert.Equal(rounds == 2, expected.Report.Stages.Any(s => s.Name == "distill@2"));
        foreach (var stage in expected.Report.Stages.Where(s => s.Name == "base" || s.Name.StartsWith("expert", StringComparison.Ordinal) || s.Name.StartsWith("distill", StringComparison.Ordinal)))
            Assert.Equal(File.ReadAllBytes(expected.Output(stage.Name, "model.safetensors")), File.ReadAllBytes(status.Output(stage.Name, "model.safetensors")));
        Assert.Equal(expected.Report.Evaluation, status.Report.Evaluation);
        Assert.Equal(0, DncProcess.Alive(_mark));
    }

    /// <summary>Starts and kills; then lets the run end.</summary>
    private List<Moment> Disturb(string[] command, int stages, int rounds)
    {
        var draws = new Random(7);
        var killed = new List<Moment>();
        while (killed.Count < Kills)
        {
            using var engine = DncProcess.Start(_mark, new Dictionary<string, string>(), command);

            // Some news, but no more than a share of the stages, of which a fast machine ends many between two lines; then a turn on the spot:
            // at, or somewhere between, what it tells. Every third time its children are left to the leash.
            var share = stages * (killed.Count + 1) / (Kills + 1);
            for (var lines = draws.Next(1, 1 + Math.Max(6, rounds * 60 / Kills)); lines > 0; lines--)
            {
                var line = engine.ReadLine();
                Assert.True(line is not null, $"the run ended after {killed.Count} kills: make it longer");
                if (line.Contains(" succeeded in ", StringComparison.Ordinal) && Done() >= share)
                    break;
            }

            Thread.SpinWait(draws.Next(10_000_000));
            engine.Kill(tree: killed.Count % 3 != 2);
            WaitForOrphans();
            killed.Add(Look());
        }

        using var last = DncProcess.Start(_mark, new Dictionary<string, string>(), command);
        Assert.Contains("Going on with run", last.Wait().Expect(0).Out, StringComparison.Ordinal);
        return killed;
    }

    private void WaitForOrphans()
    {
        while (DncProcess.Alive(_mark) > 0)
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>What a dead engine left: its running attempts and the checkpoints on disk.</summary>
    private Moment Look() => InLedger(
        (ledger, run) =>
        {
            Assert.True(run.State == RunState.Running, "the run ended before its last kill: make it longer");
            return new Moment([.. ledger.Attempts(run.Id).Where(a => a.Outcome is null).Select(a => new Left(a, Checkpoints(_folder.At("killed"), run.Id, a.Stage)))]);
        },
        new Moment([]));

    private int Done() => InLedger((ledger, run) => ledger.Events(run.Id).Count(e => e.Event == StageEvent.Completed), 0);

    private T InLedger<T>(Func<SqlLedger, RunSummary, T> look, T nothing)
    {
        var file = Path.Combine(_folder.At("killed"), "ledger.db");
        if (!File.Exists(file))
            return nothing;
        using var ledger = SqlLedger.OpenReadOnly(file, TimeProvider.System);
        return ledger.List() is [var run] ? look(ledger, run) : nothing;
    }

    private static long[] Checkpoints(string root, string run, string stage)
    {
        var artifacts = Path.Combine(root, "artifacts", run);
        return !Directory.Exists(artifacts)
            ? []
            : [.. Directory.EnumerateDirectories(artifacts).Select(a => $"{run}/{Path.GetFileName(a)}").Where(a => Locations.CheckpointAttempt(run, stage, a) is not null)
                .Select(a => long.Parse(a[(a.LastIndexOf('-') + 1)..].Split('.')[0], CultureInfo.InvariantCulture)).Order()];
    }

    /// <summary>The next attempt goes on from the newest checkpoint on disk, or, where the ledger was not told of that one in time, from the one before it.</summary>
    private static void RepeatsAtMostOneInterval(Moment moment, IReadOnlyList<AttemptView> attempts)
    {
        foreach (var (attempt, checkpoints) in moment.Running)
        {
            var next = attempts.FirstOrDefault(a => a.Stage == attempt.Stage && a.Number == attempt.Number + 1);
            Assert.NotNull(next);
            Assert.True(next.ResumedAtStep is null || checkpoints.Contains(next.ResumedAtStep.Value));
            Assert.True((next.ResumedAtStep ?? 0) >= (attempt.ResumedAtStep ?? 0));
            Assert.True(
                checkpoints.Count(c => c > (next.ResumedAtStep ?? 0)) <= 1,
                $"{attempt.Stage}: attempt {next.Number} went on from {next.ResumedAtStep?.ToString() ?? "the start"}; there were {string.Join(", ", checkpoints)}");
        }
    }

    private string[] Command(string root, double checkpointSeconds, int rounds)
    {
        var spec = _folder.Write($"{root}.json", SmallSpec.Text(epochs: 3.0 * Kills / rounds, checkpointSeconds));
        return ["run", spec, "--data", finished.Data.Shards, "--root", _folder.At(root), "--set", $"rounds={rounds}"];
    }

    private sealed record Moment(IReadOnlyList<Left> Running);

    private sealed record Left(AttemptView Attempt, long[] Checkpoints);
}
