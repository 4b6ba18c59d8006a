using System.Text.Json;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Runtime.Execute.Body;

/// <summary>One call of an executor, the same in a child process and in the engine's own: whatever it throws becomes an outcome.</summary>
public static class BodyRun
{
    /// <summary>Runs the executor of the invocation's kind on the calling thread.</summary>
    /// <param name="executors">The known executors.</param>
    /// <param name="invocation">What to run.</param>
    /// <param name="report">Takes progress and log.</param>
    /// <param name="commit">Makes a checkpoint folder the resume point, or answers false.</param>
    /// <param name="stopRequested">Whether the body shall stop.</param>
    public static AttemptOutcome Execute(
        IReadOnlyList<IStageExecutor> executors, StageInvocation invocation, IStageReport report, Func<string, long, bool> commit, Func<bool> stopRequested)
    {
        try
        {
            var executor = executors.FirstOrDefault(e => e.Kind == invocation.Kind)
                ?? throw new StageFailure($"This program runs no stage of the kind '{invocation.Kind}' (stage '{invocation.Stage}').", retryable: false);
            var result = executor.Execute(new StageContext
            {
                Stage = invocation.Stage,
                Settings = invocation.Settings,
                Options = invocation.Options,
                Data = invocation.Data,
                DataDigests = invocation.DataDigests,
                Inputs = invocation.Inputs,
                OutputFolder = invocation.OutputFolder,
                MakeScratch = () => Scratch(invocation.OutputFolder),
                Checkpoints = new AttemptCheckpoints(invocation.CheckpointFolder, invocation.ResumeFolder, commit),
                Report = report,
                StopRequested = stopRequested,
            });
            return result.Metrics.ValueKind == JsonValueKind.Object
                ? new AttemptOutcome.Finished(result)
                : throw new StageFailure($"Stage '{invocation.Stage}' ended with metrics that are no JSON object.", retryable: false);
        }
        catch (Exception e)
        {
            // Nothing is lost here: the exception is kept whole in the outcome's detail.
            return AttemptOutcome.Of(e, invocation.OutputFolder);
        }
    }

    /// <summary>Beside the output folder, so that it goes with the attempt's other folders.</summary>
    private static string Scratch(string outputFolder) =>
        Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(outputFolder))!, "scratch")).FullName;
}
