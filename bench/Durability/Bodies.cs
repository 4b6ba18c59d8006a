using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Bench.Durability;

/// <summary>Does nothing, and says when.</summary>
/// <param name="began">Told at its beginning.</param>
public sealed class NoOp(Action<string>? began = null) : IStageExecutor
{
    /// <inheritdoc/>
    public string Kind => "noop";

    /// <inheritdoc/>
    public int Version => 1;

    /// <inheritdoc/>
    public StageResult Execute(StageContext context)
    {
        began?.Invoke(context.Stage);
        return StageResult.Of(new { });
    }
}

/// <summary>Waits until it is asked to stop.</summary>
public sealed class Wait : IStageExecutor
{
    /// <inheritdoc/>
    public string Kind => "wait";

    /// <inheritdoc/>
    public int Version => 1;

    /// <inheritdoc/>
    public StageResult Execute(StageContext context)
    {
        while (!context.StopRequested())
            Thread.Sleep(5);
        throw new StageStopped();
    }
}
