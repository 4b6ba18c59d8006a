using DnC.Workflow.Runtime.Execute;
using DnC.Workflow.Runtime.Hosting;
using DnC.Workflow.Runtime.TestHost.Bodies;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Plan;

namespace DnC.Workflow.Runtime.Tests.Hosting;

public sealed class EmbeddedEngineTests : IAsyncDisposable
{
    private readonly EngineFixture _fixture = new();

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task A_run_goes_from_ring_to_artifact()
    {
        var run = _fixture.Submit(Write("a", "1"), Read("b", "a"), Read("c", "a", "b"));
        Assert.Equal(RunState.Succeeded, await _fixture.Ended(run));
        var stages = _fixture.Engine.Ledger.Find(run)!.Stages;
        Assert.Equal("1", File.ReadAllText(_fixture.Engine.Store.Open(stages[0].Output!.Find("out.txt")!)));
        Assert.Equal(2, stages[2].Metrics!.Value.GetProperty("inputs").GetInt32());
        Assert.Empty(_fixture.Reports);
        await _fixture.Engine.StopAsync();
        Assert.Null(RootLock.Holder(_fixture.Options.Root));
    }

    [Fact]
    public async Task A_cancelled_run_ends_its_running_stage_with_the_next_heartbeat()
    {
        _fixture.Options = _fixture.Options with { Child = TestHostCommand.Stage };
        var (checkpointed, cleared) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        _fixture.Passed = (point, _) => (point switch
        {
            AttemptPoint.Checkpointed => checkpointed,
            AttemptPoint.Cleared => cleared,
            _ => null,
        })?.TrySetResult();
        var run = _fixture.Submit(EngineProcess.Stage("base", "hang", new Hang.Settings(_fixture.Folder.Path, Deaf: true)));
        await checkpointed.Task.WaitAsync(TestContext.Current.CancellationToken);

        // As 'dnc cancel' does it: a wish in the ledger. Nothing but a heartbeat can bring it here, and that comes every 2 s.
        _fixture.Engine.Ledger.Cancel(run);
        await cleared.Task.WaitAsync(TestContext.Current.CancellationToken);
        AliveLock.Hold(_fixture.Folder.At("base.alive")).Dispose();
        Assert.Equal(RunState.Cancelled, await _fixture.Ended(run));
        Assert.Equal(StageState.Cancelled, _fixture.Engine.Ledger.Find(run)!.Stages[0].State);
        Assert.False(Directory.Exists(_fixture.Folder.At("root", "work", run, "base", "1-1", "checkpoints")));
    }

    [Fact]
    public async Task A_paused_run_is_released_and_goes_on_from_its_checkpoint()
    {
        _fixture.Options = _fixture.Options with { Lease = new LeaseSettings { Heartbeat = TimeSpan.FromMilliseconds(20) } };
        var (checkpointed, cleared) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        _fixture.Passed = (point, _) => (point switch
        {
            AttemptPoint.Checkpointed => checkpointed,
            AttemptPoint.Cleared => cleared,
            _ => null,
        })?.TrySetResult();
        var run = _fixture.Submit(EngineProcess.Stage("base", "hang", new Hang.Settings(_fixture.Folder.Path, Deaf: false)));
        await checkpointed.Task.WaitAsync(TestContext.Current.CancellationToken);
        _fixture.Engine.Ledger.Pause(run, paused: true);
        await cleared.Task.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(StageState.Ready, _fixture.Engine.Ledger.Find(run)!.Stages[0].State);

        checkpointed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _fixture.Engine.Ledger.Pause(run, paused: false);
        await checkpointed.Task.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1, _fixture.Engine.Ledger.Find(run)!.Stages[0].ResumedAtStep);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_lost_artifact_makes_its_producer_run_again(bool damaged)
    {
        var first = _fixture.Submit(Write("a", "1"));
        await _fixture.Ended(first);
        var file = _fixture.Engine.Store.Open(_fixture.Engine.Ledger.Find(first)!.Stages[0].Output!.Files[0]);

        // Both are found when it would be reused, so nothing starts on it.
        if (damaged)
        {
            File.WriteAllText(file, "2");
            File.SetLastWriteTimeUtc(file, File.GetLastWriteTimeUtc(file).AddSeconds(-5));
        }
        else
        {
            File.Delete(file);
        }

        var second = _fixture.Submit(Write("a", "1"), Read("b", "a"));
        Assert.Equal(RunState.Succeeded, await _fixture.Ended(second));
        var events = _fixture.Engine.Ledger.Events(second);
        Assert.DoesNotContain(events, e => e.Event is StageEvent.InputLost or StageEvent.ResultFound);
        Assert.Single(events, e => e.Stage == "a" && e.Event == StageEvent.Completed);
        Assert.Single(events, e => e.Stage == "b" && e.Event == StageEvent.Completed);
    }

    [Fact]
    public async Task What_an_engine_left_in_the_same_process_is_taken_over_and_swept()
    {
        var run = _fixture.Submit(Write("a", "1"));
        await _fixture.Ended(run);
        await _fixture.Engine.StopAsync();
        var left = _fixture.Folder.Make("root", "work", run, "a", "1-1", "checkpoints", "5");

        await using var next = EmbeddedEngine.Start(_fixture.Options);
        Assert.NotEqual(_fixture.Engine.Worker, next.Worker);
        Assert.False(Directory.Exists(left));
        Assert.Equal(RunState.Succeeded, (await next.WhenEnded(run, TestContext.Current.CancellationToken)).State);
    }

    [Fact]
    public async Task Mistakes_are_named_before_anything_starts()
    {
        Assert.Contains("'GPU 1'", Assert.Throws<UserInputException>(() =>
            EmbeddedEngine.Start(_fixture.Options with { Slots = new Dictionary<string, int> { ["GPU 1"] = 1 } })).Message);
        Assert.False(Directory.Exists(_fixture.Options.Root));
        await Assert.ThrowsAsync<UserInputException>(() => _fixture.Ended("no such run"));
        Assert.Throws<UserInputException>(() => EmbeddedEngine.Start(_fixture.Options));
        await _fixture.Engine.StopAsync();

        // A start that fails lets go of the root.
        Assert.Throws<InvalidOperationException>(() => EmbeddedEngine.Start(_fixture.Options, _ => throw new InvalidOperationException()));
        Assert.Null(RootLock.Holder(_fixture.Options.Root));
    }

    private static StageNode Write(string name, string text) => EngineProcess.Stage(name, "noop", new NoOp.Settings(text));

    private static StageNode Read(string name, params string[] from) => EngineProcess.Stage(name, "noop", new NoOp.Settings("x", name)) with
    {
        Inputs = [.. from.Select(f => new StageInput(f, f, "out.txt"))],
    };
}
