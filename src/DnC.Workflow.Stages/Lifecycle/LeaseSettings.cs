namespace DnC.Workflow.Stages.Lifecycle;

/// <summary>Every default of time in one place. [ours]</summary>
public sealed record LeaseSettings
{
    /// <summary>How long a claim holds without a heartbeat.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often a claim is renewed, and how soon a wish (cancel, pause) reaches a running stage.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often an engine runs a reconciler pass, jittered by a tenth.</summary>
    public TimeSpan Pass { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often a pass also holds counters against the edges they are made of. A difference is a defect, so it need not be often.</summary>
    public TimeSpan Audit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often old runs are forgotten, by one worker for all: what has lain for months may lie another hour.</summary>
    public TimeSpan Forget { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long a stage may take to write its checkpoint after a request to stop; then it is killed.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(30);
}
