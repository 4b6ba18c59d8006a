using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Stages.Ports;

/// <summary>What whoever asks for a stage wants otherwise than planned of how it is run: nothing that changes a result.</summary>
/// <param name="Resource">The resource class that runs it from here on; null: as planned.</param>
/// <param name="TimeoutMinutes">Minutes that an attempt may run, 0 for any time; null: as planned.</param>
/// <param name="QueueTimeoutMinutes">Minutes that it may wait for a worker, 0 for any time; null: as planned.</param>
public sealed record StageWants(string? Resource = null, double? TimeoutMinutes = null, double? QueueTimeoutMinutes = null)
{
    /// <summary>Nothing.</summary>
    public static StageWants AsPlanned { get; } = new();

    /// <summary>Looks for mistakes, before anybody is asked.</summary>
    /// <exception cref="UserInputException">A class name that is none, or a time limit that is none.</exception>
    public StageWants Check()
    {
        if (Resource is not null && !ResourceClass.IsName(Resource))
            throw new UserInputException($"'{Resource}' is no name of a resource class: it takes a-z, 0-9, '-' and '_'.");
        Check(TimeoutMinutes, "an attempt");
        Check(QueueTimeoutMinutes, "waiting for a worker");
        return this;
    }

    private static void Check(double? minutes, string of)
    {
        if (minutes is { } given && given is not (>= 0 and <= ExecutionSpec.MostMinutes))
            throw new UserInputException($"{given} is no time limit for {of}: expected minutes from 0 (none) to {ExecutionSpec.MostMinutes:0}.");
    }
}
