namespace DnC.Workflow.Runtime.Tests.Execute;

/// <summary>A clock on which every wait is over at once.</summary>
public sealed class ImpatientTime : TimeProvider
{
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, TimeSpan.Zero, period);
}
