using DnC.Workflow.Runtime.Execute;

namespace DnC.Workflow.Runtime.Tests.Execute;

public class StopSignalTests
{
    [Fact]
    public void A_stronger_reason_replaces_a_weaker_one_and_never_the_reverse()
    {
        var signal = new StopSignal();
        var heard = new List<StopReason>();
        using var listening = signal.Listen(heard.Add);
        signal.Request(StopReason.Preempt);
        signal.Request(StopReason.Pause);
        signal.Request(StopReason.Preempt);
        signal.Request(StopReason.Lost);
        signal.Request(StopReason.Cancel);
        Assert.Equal([StopReason.Preempt, StopReason.Lost], heard);
        Assert.Equal(StopReason.Lost, signal.Reason);
    }

    [Fact]
    public void Who_listens_late_hears_at_once_and_who_left_hears_nothing()
    {
        var signal = new StopSignal();
        signal.Request(StopReason.Pause);
        var heard = new List<StopReason>();
        signal.Listen(heard.Add).Dispose();
        signal.Request(StopReason.Cancel);
        Assert.Equal([StopReason.Pause], heard);
    }

    [Fact]
    public void Only_pause_and_preemption_leave_time_for_a_checkpoint() => Assert.Equal(
        [StopReason.Pause, StopReason.Preempt], Enum.GetValues<StopReason>().Where(StopSignal.AllowsGrace));
}
