using System.Diagnostics;
using System.Globalization;
using DnC.Workflow.Images.Decoding;
using DnC.Workflow.Images.Loading;
using DnC.Workflow.Learning.Weights;
using DnC.Workflow.Stages.Execution;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Training;

/// <summary>What one training does in a step. The loop owns everything else.</summary>
/// <param name="Steps">Length.</param>
/// <param name="StepsPerEpoch">For the curve's epochs.</param>
/// <param name="LearningRate">The rate of each step (0-based).</param>
/// <param name="Batches">The batches from a step on.</param>
/// <param name="Step">Forward, backward, update: batch, step and rate to the loss, a scalar.</param>
public sealed record TrainingRecipe(
    long Steps, int StepsPerEpoch, Func<long, double> LearningRate, Func<long, IEnumerable<ViewBatch>> Batches, Func<ViewBatch, long, double, Tensor> Step)
{
    /// <summary>Steps of the stage before its training: checkpoints and progress count on from them, the schedules do not.</summary>
    public long Before { get; init; }

    /// <summary>Writes what the stage made before its training into a checkpoint too; given its folder.</summary>
    public Action<string>? Beside { get; init; }

    /// <summary>Looks at gradients and projections of some steps.</summary>
    public TrainingWatch? Watch { get; init; }
}

/// <summary>The one training loop: schedule → step → check → log → checkpoint.</summary>
public static class TrainingLoop
{
    /// <summary>Points of a curve, however long the training: up to twice as many, since it has one every n-th step.</summary>
    private const int CurvePoints = 1000;

    /// <summary>Steps from one look at gradients and projections to the next, at least. [ours]</summary>
    private const long LookEvery = 10;

    /// <summary>Trains from the stage's resume point, or from the start, to the end.</summary>
    /// <exception cref="StageFailure">The loss is not a number: names the step and the batch's images.</exception>
    /// <exception cref="StageStopped">It was asked to stop; a checkpoint is written.</exception>
    public static void Run(StageContext context, TrainingRecipe recipe, TrainingState state, ImageSet set)
    {
        Resume(context, state, set);
        var every = Math.Max(1, recipe.Steps / CurvePoints);
        var images = 0L;
        var pace = new CheckpointPace(context.Options.CheckpointSeconds, TimeProvider.System);
        var sincePoint = Stopwatch.StartNew();

        foreach (var batch in recipe.Batches(state.Step).Take((int)Math.Min(int.MaxValue, recipe.Steps - state.Step)))
        {
            var rate = recipe.LearningRate(state.Step);
            double loss;
            recipe.Watch?.Begin(IsLookedAt(state.Step + 1, every) || state.Step + 1 == recipe.Steps);
            using (NewDisposeScope())
                loss = recipe.Step(batch, state.Step, rate).item<float>();
            if (!double.IsFinite(loss))
                throw Diverged(context, state, batch, $"The loss is {loss.ToString(CultureInfo.InvariantCulture)}", rate, set.Id);
            state.Step++;

            images += batch.Count;
            state.SincePoint = (state.SincePoint.Sum + loss, state.SincePoint.Count + 1);
            var speed = images / Math.Max(1e-9, sincePoint.Elapsed.TotalSeconds);
            var mean = state.SincePoint.Sum / state.SincePoint.Count;
            context.Report.Progress(new StageProgress(recipe.Before + state.Step, recipe.Before + recipe.Steps, speed, mean));
            if (state.Step % every == 0 || state.Step == recipe.Steps)
            {
                state.Curve.Add(new CurvePoint(state.Step, (double)state.Step / recipe.StepsPerEpoch, mean, rate, speed)
                {
                    GradientNorm = recipe.Watch?.GradientNorm,
                    EmbeddingRank = recipe.Watch?.EmbeddingRank,
                });
                context.Report.Metrics(state.Curve[^1].Scalars(recipe.Before));
                (state.SincePoint, images) = ((0, 0), 0);
                sincePoint.Restart();
            }

            var stop = context.StopRequested();
            var (last, due) = (state.Step == recipe.Steps, stop || pace.IsDue);
            // Neither a checkpoint nor a result may hold what the step has just broken.
            if ((last || due) && !state.IsFinite())
                throw Diverged(context, state, batch, "Weights or optimiser state are no finite numbers", rate, set.Id);
            if (!last && due)
            {
                pace.Write(() => Save(context, recipe, state, set));
                // One that came meanwhile finds its checkpoint made: another step could take longer than the grace.
                stop |= context.StopRequested();
            }

            if (stop && !last)
                throw new StageStopped();
        }
    }

    // Such a step is always one of the curve's, and never so frequent that the look costs what a step does.
    private static bool IsLookedAt(long step, long every) => step % (every * ((LookEvery + every - 1) / every)) == 0;

    private static void Resume(StageContext context, TrainingState state, ImageSet set)
    {
        if (context.Checkpoints.ResumeFolder is not { } folder)
            return;
        if (!TrainingState.IsIn(folder))
        {
            context.Report.Log("The checkpoint is of the stage's work before its training, which starts from the beginning.");
            return;
        }

        try
        {
            state.Load(folder);
        }
        catch (WeightsFileException e)
        {
            // The ledger named it, so it was whole once: a damaged disk. Starting over loses time, never the result.
            context.Report.Log($"The checkpoint cannot be used; starting from the beginning. {e.Message}");
            return;
        }

        foreach (var bad in state.BadImages)
            set.Bad.Add(bad.Index, new BadImageException(bad.Id, bad.Reason));
        context.Report.Log(string.Create(CultureInfo.InvariantCulture, $"Going on at step {state.Step}."));
    }

    private static void Save(StageContext context, TrainingRecipe recipe, TrainingState state, ImageSet set)
    {
        state.BadImages = set.Bad.Images;
        var folder = context.Checkpoints.Begin(recipe.Before + state.Step);
        state.Save(folder);
        recipe.Beside?.Invoke(folder);
        context.Checkpoints.Commit(folder, recipe.Before + state.Step);
    }

    private static StageFailure Diverged(StageContext context, TrainingState state, ViewBatch batch, string what, double rate, Func<int, string> imageId)
    {
        var ids = batch.Indices.Take(batch.Count).Select(imageId).ToList();
        context.Report.Log($"Images of the batch: {string.Join(", ", ids)}");
        return new StageFailure(
            string.Create(CultureInfo.InvariantCulture, $"{what} at step {state.Step} (learning rate {rate:0.#####}): the training diverged. ")
            + $"The last good checkpoint is kept; the attempt's log lists the batch's {ids.Count} images (first: {string.Join(", ", ids.Take(3))}). "
            + "A lower learningRate or a longer warmupEpochs usually helps; if one image is always there, look at it.",
            retryable: false);
    }
}
