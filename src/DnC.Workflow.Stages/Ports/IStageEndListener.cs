namespace DnC.Workflow.Stages.Ports;

/// <summary>Someone outside who is told when what he asked for has ended.</summary>
public interface IStageEndListener
{
    /// <summary>The name that requests are addressed to. Several processes may listen under one name: each end is told to one of them.</summary>
    string Name { get; }

    /// <summary>
    /// Takes an end. Returning acknowledges it for good; an exception, or not returning in time, has it told again later. The same end may be
    /// told more than once: a process may die between hearing and acknowledging. Ends of one run come one after the other, in the order in
    /// which they happened, until one of them has failed so often that it is set aside. Called from any thread.
    /// </summary>
    /// <param name="end">What ended.</param>
    /// <param name="stop">Cancelled when the time for it is over, or the process stops.</param>
    Task HearAsync(StageEnd end, CancellationToken stop);
}
