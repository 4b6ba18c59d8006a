using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Runtime.Tests.Execute;

/// <summary>A body of a test.</summary>
public sealed class LambdaBody(Func<StageContext, StageResult> body) : IStageExecutor
{
    /// <summary>A result that says nothing.</summary>
    public static StageResult Nothing { get; } = StageResult.Of(new { });

    public string Kind => "lambda";

    public int Version => 1;

    public StageResult Execute(StageContext context) => body(context);
}
