using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Runtime.Execute.Body;

/// <summary>Progress and log of a body, handed on.</summary>
/// <param name="takeProgress">Takes each progress.</param>
/// <param name="takeLine">Takes each line of the log.</param>
public sealed class StageReport(Action<StageProgress> takeProgress, Action<string> takeLine) : IStageReport
{
    /// <inheritdoc/>
    public void Progress(StageProgress progress) => takeProgress(progress);

    /// <inheritdoc/>
    public void Log(string line) => takeLine(line);
}
