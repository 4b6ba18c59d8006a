using DnC.Workflow.Bench.Measuring;
using DnC.Workflow.Learning.Phases;
using DnC.Workflow.Learning.Training;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Bench.Training;

/// <summary>A stage that writes checkpoints of a training and reads them again, and says how long each took.</summary>
/// <param name="shape">What would be trained.</param>
/// <param name="repeats">How many; one more goes ahead, uncounted.</param>
internal sealed class CheckpointBody(StepShape shape, int repeats) : IStageExecutor
{
    /// <inheritdoc/>
    public string Kind => "checkpoints";

    /// <inheritdoc/>
    public int Version => 1;

    /// <inheritdoc/>
    public StageResult Execute(StageContext context)
    {
        var device = StageDevice.Open(new StageOptions { Device = "cpu", Threads = 1 });
        using var step = new ContrastiveStep(shape.Model, shape.Training(bf16: false), 1, device, steps: 100);
        var state = new TrainingState(step.State);
        var (save, load, bytes) = (new List<double>(), new List<double>(), 0L);
        // Read here, while it is still there: the store takes the files away once the next is the resume point.
        var reading = Path.Combine(context.ScratchFolder, "read");
        for (var turn = -1; turn < repeats; turn++)
        {
            state.Step = turn + 2;
            var taken = Clock.Seconds(() =>
            {
                if (!state.IsFinite())
                    throw new StageFailure("The new network is no network.", retryable: false);
                var folder = context.Checkpoints.Begin(state.Step);
                state.Save(folder);
                context.Checkpoints.Commit(folder, state.Step);
            });
            Directory.CreateDirectory(reading);
            state.Save(reading);
            bytes = new DirectoryInfo(reading).EnumerateFiles().Sum(f => f.Length);
            var read = Clock.Seconds(() => state.Load(reading));
            Directory.Delete(reading, recursive: true);
            if (turn < 0)
                continue;
            save.Add(taken);
            load.Add(read);
        }

        return StageResult.Of(new { bytes, save, load });
    }
}
