using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Runtime.TestHost.Bodies;

/// <summary>The registration list.</summary>
public static class TestBodies
{
    /// <summary>All bodies.</summary>
    public static IReadOnlyList<IStageExecutor> All { get; } = [new NoOp(), new Count(), new Crash(), new Hang(), new Fill(), new Grow(), .. PhaseBody.All];
}

/// <summary>Does nothing but say how many inputs it saw; writes a small file if it is told to.</summary>
public sealed class NoOp : IStageExecutor
{
    /// <inheritdoc/>
    public string Kind => "noop";

    /// <inheritdoc/>
    public int Version => 1;

    /// <inheritdoc/>
    public StageResult Execute(StageContext context)
    {
        if (context.Read<Settings>().Write is { } text)
            File.WriteAllText(Path.Combine(context.OutputFolder, "out.txt"), text);
        return StageResult.Of(new { inputs = context.Inputs.Count });
    }

    /// <summary>Settings.</summary>
    /// <param name="Write">What to write to 'out.txt', or null for no file.</param>
    /// <param name="Id">Makes the stage's key its own.</param>
    public sealed record Settings(string? Write = null, string? Id = null);
}
