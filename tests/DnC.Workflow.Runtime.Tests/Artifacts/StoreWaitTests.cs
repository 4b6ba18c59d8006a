using DnC.Workflow.Runtime.Artifacts;
using DnC.Workflow.Runtime.Execute;
using DnC.Workflow.Runtime.Tests.Execute;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Ports;
using Microsoft.Extensions.Time.Testing;

namespace DnC.Workflow.Runtime.Tests.Artifacts;

/// <summary>Waits for a store that is away hear a stop: of the attempt that waits, and of no other. The clock stands still: nothing else ends them.</summary>
public sealed class StoreWaitTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly FakeTimeProvider _time = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(StopReason.Preempt)]
    [InlineData(StopReason.Cancel)]
    public void A_file_that_is_not_seen_yet_is_waited_for_until_the_attempt_is_to_stop(StopReason reason)
    {
        var store = FolderStore.Shared(_folder.Make("store"), _time);
        var (mine, other) = (new StopSignal(), new StopSignal());
        Exception? ended = null;
        var waiting = new Thread(() =>
        {
            using (StoreWait.Until(other))
            using (StoreWait.Until(mine))
                ended = Record.Exception(() => store.Open(new ArtifactFile("run/base.1-1", "model", 1, new string('0', 64))));
        });
        waiting.Start();
        other.Request(reason);
        mine.Request(reason);
        waiting.Join();
        Assert.Contains("is to stop", Assert.IsType<ArtifactStoreAwayException>(ended).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(StopReason.Preempt, "release base for nothing: ")]
    [InlineData(StopReason.Cancel, "release base: cancelled")]
    public void Finished_outputs_wait_for_a_store_no_longer_than_their_attempt(StopReason reason, string told)
    {
        using var runner = new RunnerFixture();
        Directory.CreateDirectory(runner.Folder.At("artifacts"));
        runner.Store.Expect(runner.Store.GiveId("ours"));
        var running = new Thread(() => runner.Run(RunnerFixture.Claim(), context =>
        {
            File.WriteAllText(Path.Combine(context.OutputFolder, "out"), "days of work");
            Directory.Move(runner.Folder.At("artifacts"), runner.Folder.At("unmounted"));
            return LambdaBody.Nothing;
        }));
        running.Start();
        var log = new WorkArea(runner.Work, RunnerFixture.Claim()).Log;
        SpinWait.SpinUntil(() => File.Exists(log) && new FileInfo(log).Length > 0);
        runner.Stop.Request(reason);
        running.Join();
        Assert.StartsWith(told, Assert.Single(runner.Ledger.Calls, c => !c.StartsWith("heartbeat", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_preemption_whose_checkpoint_finds_the_store_away_is_told_and_costs_the_stage_nothing()
    {
        using var runner = new RunnerFixture();
        Directory.CreateDirectory(runner.Folder.At("artifacts"));
        runner.Store.Expect(runner.Store.GiveId("ours"));
        runner.Run(RunnerFixture.Claim(), context =>
        {
            Directory.Move(runner.Folder.At("artifacts"), runner.Folder.At("unmounted"));
            runner.Stop.Request(StopReason.Preempt);
            var folder = context.Checkpoints.Begin(3);
            File.WriteAllText(Path.Combine(folder, "step"), "3");
            context.Checkpoints.Commit(folder, 3);
            throw new StageStopped();
        });
        Assert.Equal(
            "release base for nothing: engine stopping: stopped on request; the checkpoint of step 3 could not be stored",
            Assert.Single(runner.Ledger.Calls, c => !c.StartsWith("heartbeat", StringComparison.Ordinal)));
    }

    /// <summary>A checkpoint of a preempted attempt is sent through a bucket's one refusal; a file to read is not waited for.</summary>
    [Fact]
    public void What_a_stop_would_cost_is_waited_for_three_seconds_more()
    {
        var (time, stop) = (new ImpatientTime(), new StopSignal());
        stop.Request(StopReason.Preempt);
        using (StoreWait.Until(stop))
        {
            using (StoreWait.ToSave(stop))
            {
                Assert.True(StoreWait.Block(time, TimeSpan.FromSeconds(1)));
                Assert.True(StoreWait.Block(time, TimeSpan.FromSeconds(30)));
                Assert.Equal(TimeSpan.FromSeconds(3), time.Waited);
                Assert.False(StoreWait.Block(time, TimeSpan.FromSeconds(1)));
            }

            Assert.False(StoreWait.Block(time, TimeSpan.FromSeconds(1)));
        }

        Assert.Equal(TimeSpan.FromSeconds(3), time.Waited);
    }

    [Theory]
    [InlineData(StopReason.Timeout)]
    [InlineData(StopReason.Cancel)]
    [InlineData(StopReason.Lost)]
    public void What_nobody_goes_on_from_is_not_waited_for(StopReason reason)
    {
        var (time, stop) = (new ImpatientTime(), new StopSignal());
        using var waits = StoreWait.ToSave(stop);
        stop.Request(reason);
        Assert.False(StoreWait.Block(time, TimeSpan.FromSeconds(1)));
        Assert.Equal(TimeSpan.Zero, time.Waited);
    }
}
