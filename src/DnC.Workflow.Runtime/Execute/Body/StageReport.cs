using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Runtime.Execute.Body;

/// <summary>Progress, log and curves of a body, handed on.</summary>
/// <param name="takeProgress">Takes each progress.</param>
/// <param name="takeLine">Takes each line of the log.</param>
/// <param name="takeMetrics">Takes each point of the curves.</param>
public sealed class StageReport(Action<StageProgress> takeProgress, Action<string> takeLine, Action<StageMetrics> takeMetrics) : IStageReport
{
    /// <inheritdoc/>
    public void Progress(StageProgress progress) => takeProgress(progress);

    /// <inheritdoc/>
    public void Log(string line) => takeLine(line);

    /// <inheritdoc/>
    public void Metrics(StageMetrics point) => takeMetrics(point);
}
