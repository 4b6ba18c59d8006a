using DnC.Workflow.Runtime.Execute;
using DnC.Workflow.Runtime.Submit;
using DnC.Workflow.Runtime.TestHost;
using DnC.Workflow.Runtime.TestHost.Bodies;
using DnC.Workflow.Runtime.Tests.Postgres;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Plan;

namespace DnC.Workflow.Runtime.Tests.Hosting;

/// <summary>Workers in processes of their own, with children, killed and terminated.</summary>
public sealed class WorkerProcessTests(ITestOutputHelper output) : IAsyncDisposable
{
    private const int Steps = 60;
    private const int Every = 5;
    private readonly WorkerBench _bench = new(PostgresFixture.CreateDatabase());

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task A_killed_workers_stage_goes_on_elsewhere_from_its_last_checkpoint()
    {
        var first = _bench.StartProcess(_bench.Script("one"));
        var run = _bench.Submit(Counting("base"));
        Assert.True(first.ReadUntil("point Checkpointed") && first.ReadUntil("point Checkpointed"));
        first.Kill();
        _bench.StartProcess(_bench.Script("two"));
        Assert.Equal(RunState.Succeeded, await _bench.Ended(run));
        Assert.Equal(2, Diary.Check(_bench.Folder.At("base.diary"), Steps, Every));
        var stage = _bench.Ledger.Find(run)!.Stages[0];
        Assert.InRange(stage.ResumedAtStep!.Value, 2 * Every, Steps);
        var events = _bench.Ledger.Events(run);
        Assert.Equal([StageEvent.InputsComplete, StageEvent.Claimed, StageEvent.LeaseExpired, StageEvent.Claimed, StageEvent.Completed], events.Select(e => e.Event));
        output.WriteLine($"lease expired → claimed elsewhere: {(events[3].At - events[2].At).TotalMilliseconds} ms");
        Assert.Contains(_bench.Client.Ledger.Workers(), w => !w.IsLive);
    }

    [Fact]
    public async Task A_terminated_worker_checkpoints_releases_and_ends_well()
    {
        var first = _bench.StartProcess(_bench.Script("one"));
        var run = _bench.Submit(Counting("base"));
        Assert.True(first.ReadUntil("point Checkpointed"));
        first.Terminate();
        Assert.Equal((0, ""), first.WaitForExit());
        Assert.Equal("stopped", first.Lines[^1]);
        _bench.StartProcess(_bench.Script("two"));
        Assert.Equal(RunState.Succeeded, await _bench.Ended(run));
        var events = _bench.Ledger.Events(run);
        Assert.Contains(events, e => e.Event == StageEvent.Released && e.Detail!.Contains("engine stopping", StringComparison.Ordinal));
        Assert.DoesNotContain(events, e => e.Event == StageEvent.LeaseExpired);

        // Not a step twice: the checkpoint was of the very step it stopped at.
        Assert.Equal(Steps, File.ReadAllLines(_bench.Folder.At("base.diary")).Count(l => l.StartsWith("step", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Whoever_is_started_again_on_a_dead_workers_folder_takes_over_at_once()
    {
        // The lease would hold for longer than any test: only the folder's lock tells that its worker is dead.
        _bench.Lease = _bench.Lease with { Lease = TimeSpan.FromHours(10) };
        var script = _bench.Script("one");
        var first = _bench.StartProcess(script);
        var run = _bench.Submit(Counting("base"));
        Assert.True(first.ReadUntil("point Checkpointed"));
        first.Kill();
        _bench.StartProcess(script);
        Assert.Equal(RunState.Succeeded, await _bench.Ended(run));
        Assert.Contains(_bench.Ledger.Events(run), e => e.Event == StageEvent.LeaseExpired && e.Detail == "its worker is gone");
    }

    [Fact]
    public void Two_workers_on_one_device_take_turns_and_the_one_that_waits_says_for_whom()
    {
        var device = new DeviceUse("cuda:0", "cuda:0", "GPU-of-a-test", _bench.Folder.At("locks", "GPU-of-a-test.lock"));
        var slots = new Dictionary<string, int> { ["cpu"] = 1 };
        var first = _bench.StartProcess(_bench.Script("one") with { Device = device, Slots = slots });
        var run = _bench.Submit(Hanging("a"), Hanging("b"));
        Assert.True(first.ReadUntil("point Checkpointed"));
        var second = _bench.StartProcess(_bench.Script("two") with { Device = device, Slots = slots });

        var waiting = _bench.Until(run, r => r.Stages.Any(s => s.Progress?.Phase is not null)).Stages.Single(s => s.Progress?.Phase is not null);
        Assert.Matches(@"^waits for cuda:0, which process \d+ uses \([ab]\)$", waiting.Progress!.Phase);
        Assert.False(File.Exists(_bench.Folder.At(waiting.Node.Name + ".diary")));

        first.Terminate();
        Assert.True(second.ReadUntil("point Checkpointed"));
        Assert.True(File.Exists(_bench.Folder.At(waiting.Node.Name + ".diary")));
        second.Terminate();
        Assert.Equal(0, second.WaitForExit().Code);
    }

    [Fact]
    public async Task A_worker_that_can_begin_nothing_spends_no_budget_says_why_and_leaves_the_run_to_another()
    {
        _bench.StartProcess(_bench.Script("ill"));
        var work = _bench.Folder.At("ill", "work");
        Directory.Delete(work);
        File.WriteAllText(work, "");
        StageNode[] stages = [.. Enumerable.Range(0, 8).Select(i => Counting($"s{i}"))];
        var run = _bench.Submit(stages);

        // Alone it is what all of them wait for.
        WaitReason? reason;
        do
            reason = WaitReason.Of(_bench.Ledger.Find(run)!, _bench.Client.Ledger.Workers()).SingleOrDefault();
        while (reason is null || !reason.Text.StartsWith("s0, s1, s2, s3 and 4 more wait", StringComparison.Ordinal));
        Assert.Contains($"for a 'cpu' worker that can run stages: worker {Environment.MachineName} cannot run stages: its work folder '{work}", reason.Text, StringComparison.Ordinal);
        Assert.Contains("--work DIR.", reason.Text, StringComparison.Ordinal);
        var released = _bench.Ledger.Events(run).Where(e => e.Event == StageEvent.Released).ToList();
        Assert.InRange(released.Count, 1, 2);
        Assert.All(released, e => Assert.Contains("cannot run stages", e.Detail, StringComparison.Ordinal));

        _bench.StartProcess(_bench.Script("well"));
        Assert.Equal(RunState.Succeeded, await _bench.Ended(run));
        Assert.DoesNotContain(_bench.Ledger.Events(run), e => e.Event is StageEvent.AttemptFailed or StageEvent.LeaseExpired);
    }

    private StageNode Counting(string name) =>
        EngineProcess.Stage(name, "count", new Count.Settings(_bench.Folder.Path, Steps, Every, Cost: 2000, Id: name));

    private StageNode Hanging(string name) => EngineProcess.Stage(name, "hang", new Hang.Settings(_bench.Folder.Path, Deaf: false, Id: name));
}
