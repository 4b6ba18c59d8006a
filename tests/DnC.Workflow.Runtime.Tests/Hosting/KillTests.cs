using DnC.Workflow.Runtime.Execute;
using DnC.Workflow.Runtime.TestHost;
using DnC.Workflow.Runtime.TestHost.Bodies;
using DnC.Workflow.Stages.Lifecycle;

namespace DnC.Workflow.Runtime.Tests.Hosting;

/// <summary>Real engines and children, killed.</summary>
public sealed class KillTests : IDisposable
{
    private const int Steps = 60;
    private const int Every = 5;
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_killed_engines_child_dies_and_its_successor_goes_on_from_the_last_checkpoint()
    {
        var script = Script(Counting("base"));
        using (var first = EngineProcess.Start(script))
        {
            Assert.True(first.ReadUntil("point Checkpointed") && first.ReadUntil("point Checkpointed"));
            first.Kill();
        }

        // Returns when the orphan is dead.
        AliveLock.Hold(_folder.At("base.alive")).Dispose();
        Finish(script);
        Assert.Equal(2, Diary.Check(_folder.At("base.diary"), Steps, Every));
        var (run, events) = EngineProcess.Look(script.Root);
        Assert.InRange(run.Stages[0].ResumedAtStep!.Value, 2 * Every, Steps);
        Assert.Equal(
            [StageEvent.InputsComplete, StageEvent.Claimed, StageEvent.LeaseExpired, StageEvent.Claimed, StageEvent.Completed],
            events.Select(e => e.Event).Where(e => e != StageEvent.InputsComplete).Prepend(StageEvent.InputsComplete));
    }

    [Fact]
    public void An_orphan_that_sits_in_native_code_dies_too()
    {
        using var engine = EngineProcess.Start(Script(EngineProcess.Stage("base", "hang", new Hang.Settings(_folder.Path, Deaf: true))));
        Assert.True(engine.ReadUntil("point Checkpointed"));
        engine.Kill();
        AliveLock.Hold(_folder.At("base.alive")).Dispose();
    }

    [Fact]
    public void A_terminated_engine_checkpoints_releases_and_leaves_at_once()
    {
        var script = Script(Counting("base"), Counting("other"));
        using (var engine = EngineProcess.Start(script))
        {
            Assert.True(engine.ReadUntil("point Checkpointed"));
            engine.Terminate();
            Assert.Equal((0, ""), engine.WaitForExit());
            Assert.Equal("stopped", engine.Lines[^1]);
        }

        // Released means ready, with nothing left to expire: the checkpoint is that of the very step it stopped at.
        var (run, events) = EngineProcess.Look(script.Root);
        Assert.All(run.Stages, s => Assert.True(s.State is StageState.Ready or StageState.Succeeded));
        Assert.Contains(events, e => e.Event == StageEvent.Released && e.Detail!.Contains("engine stopping", StringComparison.Ordinal));
        Assert.DoesNotContain(events, e => e.Event == StageEvent.LeaseExpired);
        var stopped = File.ReadAllLines(_folder.At("base.diary"))[^1];
        Finish(script);
        Assert.Contains(stopped.Replace("step", "start", StringComparison.Ordinal), File.ReadAllLines(_folder.At("base.diary")));
        Assert.Equal(Steps, File.ReadAllLines(_folder.At("base.diary")).Count(l => l.StartsWith("step", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_child_that_outlasts_the_grace_is_killed_and_its_stage_released()
    {
        var script = Script(EngineProcess.Stage("base", "hang", new Hang.Settings(_folder.Path, Deaf: true))) with
        {
            Lease = new LeaseSettings { Grace = TimeSpan.FromMilliseconds(200) },
        };
        using var engine = EngineProcess.Start(script);
        Assert.True(engine.ReadUntil("point Checkpointed"));
        engine.Terminate();
        Assert.Equal((0, ""), engine.WaitForExit());
        AliveLock.Hold(_folder.At("base.alive")).Dispose();
        var (run, events) = EngineProcess.Look(script.Root);
        Assert.Equal(StageState.Ready, run.Stages[0].State);
        Assert.Contains("grace", events[^1].Detail);
    }

    [Theory]
    [InlineData("kill")]
    [InlineData("segv")]
    public void A_child_that_dies_is_tried_again(string how)
    {
        var script = Script(EngineProcess.Stage("base", "crash", new Crash.Settings(_folder.Path, how, Times: 2)));
        Finish(script);
        var (run, events) = EngineProcess.Look(script.Root);
        Assert.Equal(3, run.Stages[0].Attempts);
        Assert.Equal(2, events.Count(e => e.Event == StageEvent.AttemptFailed));
        Assert.Single(events, e => e.Event == StageEvent.Completed);
    }

    [Fact]
    public void A_crash_loop_ends_with_its_budget_and_names_the_signal()
    {
        var script = Script(EngineProcess.Stage("base", "crash", new Crash.Settings(_folder.Path, "abort", Times: 99)));
        using var engine = EngineProcess.Start(script);
        Assert.True(engine.ReadUntil("ended Failed"));
        engine.WaitForExit();
        var (run, _) = EngineProcess.Look(script.Root);
        Assert.Equal(script.Retry.MaxFailures, run.Stages[0].Attempts);
        Assert.Contains("SIGABRT", run.Stages[0].Error);
    }

    [Fact]
    public void An_engine_that_always_dies_on_a_stage_is_bounded_too()
    {
        var script = Script(Counting("base")) with { DieAt = new DeathPoint(AttemptPoint.Prepared, "base") };
        var losses = script.Retry.MaxLossesWithoutProgress;
        for (var i = 0; i < losses; i++)
        {
            using var engine = EngineProcess.Start(script);
            Assert.False(engine.ReadUntil("ended"));
        }

        using var last = EngineProcess.Start(script with { DieAt = null });
        Assert.True(last.ReadUntil("ended Failed"));
        last.WaitForExit();
        Assert.Contains("Poison", EngineProcess.Look(script.Root).Run.Stages[0].Error);
    }

    private EngineScript Script(params Stages.Plan.StageNode[] stages) => new() { Root = _folder.At("root"), Stages = stages };

    private Stages.Plan.StageNode Counting(string name) =>
        EngineProcess.Stage(name, "count", new Count.Settings(_folder.Path, Steps, Every, Cost: 2000, Id: name));

    private static void Finish(EngineScript script)
    {
        using var engine = EngineProcess.Start(script);
        Assert.True(engine.ReadUntil("ended Succeeded"), string.Join('\n', engine.Lines));
        Assert.Equal((0, ""), engine.WaitForExit());
    }
}
