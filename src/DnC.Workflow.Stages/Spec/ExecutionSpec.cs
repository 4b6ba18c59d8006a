using DnC.Workflow.Stages.Plan;

namespace DnC.Workflow.Stages.Spec;

/// <summary>Where and how the stages of a phase run: asked of every phase alike, and no part of any key.</summary>
public abstract record ExecutionSpec
{
    /// <summary>Time limits in minutes go up to this: some 48 days, and as milliseconds they fit a timer.</summary>
    internal const double MostMinutes = 70_000;

    /// <summary>Resource class.</summary>
    [SpecText("Resource class whose workers may run it: a name, not a device."), SpecPattern(ResourceClass.Pattern, ResourceClass.Words), NotInKey]
    public string Resource { get; init; } = "gpu";

    /// <summary>Device.</summary>
    [SpecText("auto, cpu or cuda:N."), SpecPattern("^(auto|cpu|cuda:[0-9]{1,3})$", "auto, cpu or cuda:N"), NotInKey]
    public string Device { get; init; } = "auto";

    /// <summary>Threads.</summary>
    [SpecText("Threads of the tensor operations; 0: the machine's cores, shared with what can run beside it."), SpecRange(0, 1024), NotInKey]
    public int Threads { get; init; }

    /// <summary>Seconds between checkpoints.</summary>
    [SpecText("Seconds between checkpoints: what a killed attempt loses at most. Left out: 60, or a hundred times what the last checkpoint took, up to 600."), SpecRange(0, 86400), NotInKey]
    public double? CheckpointSeconds { get; init; }

    /// <summary>Minutes an attempt may take.</summary>
    [SpecText("Minutes an attempt may take; 0: no limit."), SpecRange(0, MostMinutes), NotInKey]
    public double TimeoutMinutes { get; init; }

    /// <summary>Minutes a stage may wait for a worker.</summary>
    [SpecText("Minutes a stage may be ready without a worker taking it, after which it fails; 0: no limit."), SpecRange(0, MostMinutes), NotInKey]
    public double QueueTimeoutMinutes { get; init; }
}
