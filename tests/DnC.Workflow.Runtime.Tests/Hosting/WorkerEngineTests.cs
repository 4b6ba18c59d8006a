using DnC.Workflow.Runtime.Claim;
using DnC.Workflow.Runtime.Execute;
using DnC.Workflow.Runtime.Hosting;
using DnC.Workflow.Runtime.TestHost.Bodies;
using DnC.Workflow.Runtime.Tests.Execute;
using DnC.Workflow.Runtime.Tests.Postgres;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Plan;

namespace DnC.Workflow.Runtime.Tests.Hosting;

/// <summary>Several workers in this process on a real PostgreSQL, through the real Hangfire.PostgreSql.</summary>
public sealed class WorkerEngineTests(ITestOutputHelper output) : IAsyncDisposable
{
    private readonly string _connection = PostgresFixture.CreateDatabase();
    private WorkerBench? _bench;

    private WorkerBench Bench => _bench ??= new WorkerBench(_connection);

    public ValueTask DisposeAsync() => _bench?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Fact]
    public async Task Workers_share_a_run_and_a_ring_is_for_many_stages()
    {
        const int wide = 150;
        string[] names = ["one", "two", "three"];
        foreach (var name in names)
            Bench.Start(name);
        var run = Bench.Submit(
        [
            Stage("first"),
            .. Enumerable.Range(0, wide).Select(i => Stage($"mid[{i}]", "first")),
            Stage("last", [.. Enumerable.Range(0, wide).Select(i => $"mid[{i}]")]),
        ]);
        Assert.Equal(RunState.Succeeded, await Bench.Ended(run));
        var events = Bench.Ledger.Events(run);
        Assert.Equal(wide + 2, events.Count(e => e.Event == StageEvent.Completed));
        Assert.Equal(wide + 2, events.Where(e => e.Event == StageEvent.Completed).DistinctBy(e => e.Stage).Count());
        Assert.Equal(wide, Bench.Ledger.Find(run)!.Stages[^1].Metrics!.Value.GetProperty("inputs").GetInt32());
        var shares = events.Where(e => e.Event == StageEvent.Completed).CountBy(e => e.Worker!).ToDictionary(c => c.Key, c => c.Value);
        var rings = PostgresServer.Scalar<long>(_connection, $"SELECT last_value FROM {PostgresTransport.Schema}.job_id_seq");
        output.WriteLine($"{string.Join(", ", shares.Values)} stages a worker, {rings} rings");
        Assert.Equal(names.Length, shares.Count);
        Assert.InRange(rings, 1, wide);
        Assert.Empty(Bench.Reports);
    }

    [Fact]
    public async Task A_worker_forgets_old_runs_and_one_that_is_told_to_keep_them_does_not()
    {
        Bench.Lease = Bench.Lease with { Forget = TimeSpan.FromMilliseconds(50) };
        Bench.Start("one");
        var (old, open) = (Bench.Submit(Stage("old")), Bench.Submit(EngineProcess.Stage("open", "noop", new { i = 1 }) with { Resource = "gpu" }));
        Assert.Equal(RunState.Succeeded, await Bench.Ended(old));
        Assert.Equal(0L, PostgresServer.Scalar<long>(_connection, "SELECT COUNT(*) FROM dnc.chore WHERE name = 'retention'"));

        var forgot = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Bench.Start("two", resource: "of-nothing", retention: new RetentionOptions
        {
            Age = TimeSpan.Zero,
            Forgot = collected =>
            {
                if (collected.Runs.Any(r => r.Id == old))
                    forgot.TrySetResult();
            },
        });
        await forgot.Task.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Null(Bench.Ledger.Find(old));
        Assert.Equal([open], Bench.Ledger.List().Select(r => r.Id));
        Assert.Empty(Bench.Reports);
    }

    [Fact]
    public async Task The_run_of_higher_priority_goes_first()
    {
        var low = Bench.Submit(priority: 1, maxConcurrent: 0, Stage("a"), Stage("b"));
        var high = Bench.Submit(priority: 7, maxConcurrent: 0, Stage("c"), Stage("d"));
        Bench.Start("one", slots: 1);
        Assert.Equal((RunState.Succeeded, RunState.Succeeded), (await Bench.Ended(low), await Bench.Ended(high)));
        Assert.True(
            Bench.Ledger.Events(high).Max(e => e.Sequence) < Bench.Ledger.Events(low).Where(e => e.Event == StageEvent.Claimed).Min(e => e.Sequence));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task No_more_of_a_run_run_at_once_than_it_allows(int limit)
    {
        var (now, most) = (0, 0);
        var gate = new Lock();
        using var both = new CountdownEvent(limit);
        var body = new LambdaBody(_ =>
        {
            lock (gate)
                most = Math.Max(most, ++now);

            // As many as are allowed are there together at least once; more never.
            if (!both.IsSet)
                both.Signal();
            both.Wait(TestContext.Current.CancellationToken);
            lock (gate)
                now--;
            return LambdaBody.Nothing;
        });
        Bench.Start("one", slots: 3, bodies: [body]);
        Bench.Start("two", slots: 3, bodies: [body]);
        var run = Bench.Submit(0, limit, [.. Enumerable.Range(0, 8).Select(i => EngineProcess.Stage($"s[{i}]", body.Kind, new { i }))]);
        Assert.Equal(RunState.Succeeded, await Bench.Ended(run));
        Assert.Equal(limit, most);
    }

    [Fact]
    public async Task A_cancelled_run_ends_a_running_stage_with_its_next_heartbeat()
    {
        var (point, at) = Reached(AttemptPoint.Checkpointed);
        Bench.Start("one", passed: at);
        var run = Bench.Submit(Hanging("base"));
        await point;
        Bench.Ledger.Cancel(run);
        Bench.Until(run, r => r.Stages[0].State == StageState.Cancelled);
        Assert.Equal(RunState.Cancelled, await Bench.Ended(run));
    }

    [Fact]
    public async Task A_paused_run_is_released_and_goes_on_from_its_checkpoint()
    {
        var (checkpointed, cleared) = (new SemaphoreSlim(0), new SemaphoreSlim(0));
        Bench.Start("one", passed: (point, _) => (point switch { AttemptPoint.Checkpointed => checkpointed, AttemptPoint.Cleared => cleared, _ => null })?.Release());
        var run = Bench.Submit(Hanging("base"));
        await checkpointed.WaitAsync(TestContext.Current.CancellationToken);
        Bench.Ledger.Pause(run, paused: true);
        await cleared.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Equal((RunState.Paused, StageState.Ready), (Bench.Ledger.FindSummary(run)!.State, Bench.Ledger.Find(run)!.Stages[0].State));
        Bench.Ledger.Pause(run, paused: false);
        await checkpointed.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Equal((1, 2), (Bench.Ledger.Find(run)!.Stages[0].ResumedAtStep, Bench.Ledger.Find(run)!.Stages[0].Attempts));
        Bench.Ledger.Cancel(run);
        await cleared.WaitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_stopping_worker_releases_and_another_goes_on_from_its_checkpoint()
    {
        var (point, at) = Reached(AttemptPoint.Checkpointed);
        var first = Bench.Start("one", passed: at);
        var run = Bench.Submit(Hanging("base"));
        await point;
        var (again, atAgain) = Reached(AttemptPoint.Checkpointed);
        Bench.Start("two", passed: atAgain);
        await first.StopAsync();
        await again;
        var events = Bench.Ledger.Events(run);
        Assert.Equal(
            [StageEvent.InputsComplete, StageEvent.Claimed, StageEvent.Released, StageEvent.Claimed], events.Select(e => e.Event));
        Assert.Equal(1, Bench.Ledger.Find(run)!.Stages[0].ResumedAtStep);
        output.WriteLine($"released → claimed elsewhere: {(events[3].At - events[2].At).TotalMilliseconds} ms");
        Bench.Ledger.Cancel(run);
        Assert.Equal(RunState.Cancelled, await Bench.Ended(run));
    }

    [Fact]
    public async Task A_worker_whose_stage_has_not_ended_does_not_say_that_the_ledger_was_told()
    {
        Bench.Lease = Bench.Lease with { Grace = TimeSpan.FromMilliseconds(1) };
        using var begun = new SemaphoreSlim(0);
        using var release = new ManualResetEventSlim();
        var worker = Bench.Start("one", bodies: [new LambdaBody(_ =>
        {
            begun.Release();
            release.Wait(CancellationToken.None);
            return LambdaBody.Nothing;
        })]);
        Bench.Submit(EngineProcess.Stage("deaf", "lambda", new { }));
        await begun.WaitAsync(TestContext.Current.CancellationToken);
        await worker.StopAsync();
        var told = worker.IsToldOf;
        release.Set();
        Assert.False(told);
    }

    [Fact]
    public async Task Workers_are_listed_with_what_they_are_at_and_leave_the_list()
    {
        var (point, at) = Reached(AttemptPoint.Checkpointed);
        var one = Bench.Start("one", slots: 3, passed: at);
        Bench.Start("two", resource: "gpu");
        var run = Bench.Submit(Hanging("base"));
        await point;
        var listed = Bench.Client.Ledger.Workers();
        Assert.Equal(2, listed.Count);
        var busy = Assert.Single(listed, w => w.Note.Id == one.Worker);
        Assert.Equal((run, "base"), (Assert.Single(busy.Running).Run, busy.Running[0].Stage));
        Assert.Equal((true, Environment.MachineName, Environment.ProcessId, "1.2.3-test"), (busy.IsLive, busy.Note.Host, busy.Note.Pid, busy.Note.Version));
        Assert.Equal(1, busy.Note.Kinds["hang"]);
        Assert.Equal(new Dictionary<string, int> { ["cpu"] = 3, ["gpu"] = 2 }, Bench.Client.Ledger.LiveSlots());
        await one.StopAsync();
        Assert.Equal(["gpu"], Assert.Single(Bench.Client.Ledger.Workers()).Note.Slots.Keys);
        Bench.Ledger.Cancel(run);
    }

    [Fact]
    public void Two_workers_never_share_a_folder_and_a_greedy_one_is_refused()
    {
        Bench.Start("one");
        var shared = Assert.Throws<UserInputException>(() => Bench.Start("one"));
        Assert.Contains("--work DIR", shared.Message);
        Assert.Contains($"process {Environment.ProcessId}", shared.Message);

        var greedy = Assert.Throws<UserInputException>(() => Bench.Start("two", slots: 500));
        Assert.Contains("max_connections", greedy.Message);
        Assert.Contains("cpu:500", greedy.Message);
        Assert.Null(RootLock.Holder(Bench.Folder.At("two")));
    }

    private static StageNode Stage(string name, params string[] inputs) =>
        EngineProcess.Stage(name, "noop", new NoOp.Settings("1", name)) with { Inputs = [.. inputs.Select(f => new StageInput(f, f, "out.txt"))] };

    private StageNode Hanging(string name) => EngineProcess.Stage(name, "hang", new Hang.Settings(Bench.Folder.Path, Deaf: false));

    private static (Task Reached, Action<AttemptPoint, Stages.Ports.StageClaim> Passed) Reached(AttemptPoint point)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        TestContext.Current.CancellationToken.Register(() => reached.TrySetCanceled());
        return (reached.Task, (passed, _) =>
        {
            if (passed == point)
                reached.TrySetResult();
        });
    }
}
