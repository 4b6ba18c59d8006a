using System.Diagnostics;

namespace DnC.Workflow.Bench.Measuring;

/// <summary>Takes times.</summary>
public static class Clock
{
    /// <summary>Seconds by the wall that something takes.</summary>
    public static double Seconds(Action work)
    {
        ArgumentNullException.ThrowIfNull(work);
        var start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Seconds of the processors that this process takes for something: of one thread's work, whatever else the machine does.</summary>
    public static double Processor(Action work)
    {
        ArgumentNullException.ThrowIfNull(work);
        var start = Environment.CpuUsage.TotalTime;
        work();
        return (Environment.CpuUsage.TotalTime - start).TotalSeconds;
    }

    /// <summary>Seconds of what a number of threads share: of one thread its processor time, since its work is that and nothing else; of more by the wall.</summary>
    public static double Of(int threads, Action work) => threads == 1 ? Processor(work) : Seconds(work);
}
