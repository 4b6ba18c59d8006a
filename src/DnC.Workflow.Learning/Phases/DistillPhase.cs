using DnC.Workflow.Images.Augmentation;
using DnC.Workflow.Images.Loading;
using DnC.Workflow.Learning.Distillation;
using DnC.Workflow.Learning.Models;
using DnC.Workflow.Learning.Native;
using DnC.Workflow.Learning.Optimization;
using DnC.Workflow.Learning.Training;
using DnC.Workflow.Learning.Weights;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Keys;
using DnC.Workflow.Stages.Plan;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Phases;

/// <summary>Phase 5: base and experts into one student of the same shape, by regressors on its projection that are dropped afterwards [paper, 3.3].</summary>
public sealed class DistillPhase : IStageExecutor
{
    /// <inheritdoc/>
    public string Kind => "distill";

    /// <inheritdoc/>
    public int Version => 1;

    /// <inheritdoc/>
    public StageResult Execute(StageContext context)
    {
        var settings = context.Read<DistillSettings>();
        var (distill, model) = (settings.Distill, settings.Model);
        var device = StageDevice.Open(context.Options, distill.Precision);
        var seed = DerivedSeed.Of((ulong)settings.Seed, Kind);
        using var source = StageImages.OpenTraining(context);
        var (members, clusters) = MemberList.Read(context.Input("assignments"), source);
        var set = StageImages.Training(source, members, context, model, settings.BadImageShare);
        var batches = new TwoViewBatches(
            set, ViewRecipe.Named(model.Augmentation), model.Side, distill.Batch, DerivedSeed.Of(seed, "views"), LoaderThreads.For(device), ahead: 4);
        var length = TrainingLength.Of(distill, members.Length, batches.Batch);

        using var student = new Encoder(model, DerivedSeed.Of(seed, "weights"), device.Device);
        if (distill.Init == "base")
            ModelFile.Load(context.Input("base"), student);
        using var teachers = StageTeachers.Open(context, settings, device, set, clusters, length.Steps);
        using var regressors = new Regressors(
            clusters.Max() + 1, teachers.Choice, model.Projection, distill.RegressorHidden, DerivedSeed.Of(seed, "regressors"), distill.LastLayerScale, device.Device);
        OptimizedParameter[] trained = [.. OptimizedParameter.Of(student, "student."), .. regressors.Optimized(distill.LastLayerRate)];
        var watch = new TrainingWatch(trained);
        using var optimizer = OptimizerCatalog.Create(distill, trained);
        var rates = new LearningRateSchedule(distill.LearningRate, batches.Batch, length.WarmupSteps, length.Steps);
        var state = new TrainingState(NamedTensors.Of(("student", student), ("regressors", regressors)).With("optimizer", optimizer.State));

        Tensor Step(ViewBatch batch, long step, double rate)
        {
            var groups = ClusterGroups.Of([.. batch.Indices.Take(batch.Count).Select(i => clusters[i])]);
            optimizer.ZeroGradients();
            Tensor loss, projected;
            using (device.Precision())
                loss = View(batch.View1, out projected).add(View(batch.View2, out _), Scalars.One).div(Scalars.Two);
            loss.backward();
            watch.Look(projected);
            optimizer.Step(rate);
            return loss;

            Tensor View(float[] view, out Tensor projection)
            {
                var images = device.Images(view, batch.Count, model.Side);
                var targets = teachers.Source.Targets(images, batch.Indices.AsSpan(0, batch.Count), groups);
                projection = student.Embed(images).Projection;
                return DistillationLoss.Of(regressors, projection, groups, targets);
            }
        }

        student.train();
        var recipe = new TrainingRecipe(length.Steps, batches.StepsPerEpoch, rates.At, batches.From, Step) { Watch = watch, Before = teachers.Passes?.Steps ?? 0, Beside = teachers.Passes is { } passes ? passes.AddTo : null };
        TrainingLoop.Run(context, recipe, state, set);

        ModelFile.Save(Path.Combine(context.OutputFolder, StageFiles.Model), student);
        CurvePoint.Write(Path.Combine(context.OutputFolder, StageFiles.Curve), state.Curve);
        var seen = length.Steps * batches.Batch;
        var perView = Flops.Trained(Flops.Forward(student, model.Side) + (2.0 * regressors.Macs)) + teachers.FlopsPerView;
        return StageResult.Of(new
        {
            length.Steps,
            images = seen,
            loss = state.Curve[^1].Loss,
            flops = (2 * seen * perView) + teachers.FlopsOnce,
            badImageCount = set.Bad.Count,
            badImages = StageImages.Bad(set),
            provenance = device.Provenance(),
        });
    }
}
