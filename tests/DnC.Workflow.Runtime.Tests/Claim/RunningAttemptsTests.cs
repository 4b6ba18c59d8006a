using DnC.Workflow.Runtime.Claim;
using DnC.Workflow.Runtime.Execute;

namespace DnC.Workflow.Runtime.Tests.Claim;

public class RunningAttemptsTests
{
    [Fact]
    public void Stopping_asks_all_that_run_lets_none_begin_and_is_idle_when_the_last_ends()
    {
        var running = new RunningAttempts(new Dictionary<string, int> { ["cpu"] = 2 });
        var (one, two) = (running.Begin("cpu")!, running.Begin("cpu")!);
        running.Stop();
        Assert.Equal([StopReason.Preempt, StopReason.Preempt], [one.Reason, two.Reason]);
        Assert.True(running.IsStopping);
        Assert.Null(running.Begin("cpu"));
        running.End(one);
        Assert.False(running.Idle.IsCompleted);
        running.End(two);
        Assert.True(running.Idle.IsCompletedSuccessfully);
    }

    [Fact]
    public void No_more_of_a_class_begin_than_it_has_slots()
    {
        var running = new RunningAttempts(new Dictionary<string, int> { ["cpu"] = 2, ["gpu"] = 1 });
        var one = running.Begin("cpu")!;
        Assert.NotNull(running.Begin("cpu"));
        Assert.Null(running.Begin("cpu"));
        Assert.NotNull(running.Begin("gpu"));
        Assert.Null(running.Begin("of-nothing"));
        running.End(one);
        Assert.NotNull(running.Begin("cpu"));
    }

    [Fact]
    public void With_nothing_running_it_is_idle_at_once()
    {
        var running = new RunningAttempts(new Dictionary<string, int> { ["cpu"] = 2 });
        running.End(running.Begin("cpu")!);
        Assert.False(running.Idle.IsCompleted);
        running.Stop();
        Assert.True(running.Idle.IsCompletedSuccessfully);
    }
}
