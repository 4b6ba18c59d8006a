using DnC.Workflow.Runtime.Claim;
using DnC.Workflow.Runtime.Execute;

namespace DnC.Workflow.Runtime.Tests.Claim;

public class RunningAttemptsTests
{
    [Fact]
    public void Stopping_asks_all_that_run_lets_none_begin_and_is_idle_when_the_last_ends()
    {
        var running = new RunningAttempts();
        var (one, two) = (running.Begin()!, running.Begin()!);
        running.Stop();
        Assert.Equal([StopReason.Preempt, StopReason.Preempt], [one.Reason, two.Reason]);
        Assert.True(running.IsStopping);
        Assert.Null(running.Begin());
        running.End(one);
        Assert.False(running.Idle.IsCompleted);
        running.End(two);
        Assert.True(running.Idle.IsCompletedSuccessfully);
    }

    [Fact]
    public void With_nothing_running_it_is_idle_at_once()
    {
        var running = new RunningAttempts();
        running.End(running.Begin()!);
        Assert.False(running.Idle.IsCompleted);
        running.Stop();
        Assert.True(running.Idle.IsCompletedSuccessfully);
    }
}
