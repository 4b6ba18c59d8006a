using DnC.Workflow.Stages.Figures;

namespace DnC.Workflow.Stages.Plan;

/// <summary>What is said to who names a stage that a run has not.</summary>
public static class UnknownStage
{
    /// <summary>"Run 1a2b has no stage 'expert'. Did you mean 'expert[0]'? 'dnc status 1a2b' lists those it has."</summary>
    /// <param name="run">The run's id.</param>
    /// <param name="name">What was named.</param>
    /// <param name="names">Its stages, in the graph's order.</param>
    public static string Message(string run, string name, IReadOnlyList<string> names)
    {
        // Of a fan-out one is meant, if none was named.
        var meant = names.FirstOrDefault(n => n.StartsWith(name + "[", StringComparison.OrdinalIgnoreCase)) ?? NearName.Of(name, names);
        return $"Run {run} has no stage '{name}'.{(meant is null ? "" : $" Did you mean '{meant}'?")} 'dnc status {run}' lists those it has.";
    }
}
