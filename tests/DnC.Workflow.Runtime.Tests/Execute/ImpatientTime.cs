namespace DnC.Workflow.Runtime.Tests.Execute;

/// <summary>A clock on which every wait is over at once, and that then is so much later.</summary>
public sealed class ImpatientTime : TimeProvider
{
    private long _waited;

    /// <summary>All waits together.</summary>
    public TimeSpan Waited => TimeSpan.FromTicks(Interlocked.Read(ref _waited));

    public override long GetTimestamp() => base.GetTimestamp() + (long)(Waited.TotalSeconds * TimestampFrequency);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime > TimeSpan.Zero)
            Interlocked.Add(ref _waited, dueTime.Ticks);
        return base.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
