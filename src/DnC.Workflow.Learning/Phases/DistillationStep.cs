using DnC.Workflow.Images.Loading;
using DnC.Workflow.Learning.Distillation;
using DnC.Workflow.Learning.Models;
using DnC.Workflow.Learning.Native;
using DnC.Workflow.Learning.Optimization;
using DnC.Workflow.Learning.Training;
using DnC.Workflow.Learning.Weights;
using DnC.Workflow.Stages.Keys;
using DnC.Workflow.Stages.Plan;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Phases;

/// <summary>A student in distillation, with everything that a step reads and changes but its teachers [paper, 3.3].</summary>
internal sealed class DistillationStep : IDisposable
{
    private readonly StageDevice _device;
    private readonly int _side;
    private readonly int[] _clusters;
    private readonly Regressors _regressors;
    private readonly IOptimizer _optimizer;

    /// <param name="settings">Network, targets, optimiser.</param>
    /// <param name="device">Where, and in which format.</param>
    /// <param name="seed">Of the weights.</param>
    /// <param name="clusters">By image of the set: its cluster.</param>
    /// <param name="prepare">Puts other weights into the student.</param>
    public DistillationStep(DistillSettings settings, StageDevice device, ulong seed, int[] clusters, Action<Encoder>? prepare = null)
    {
        var (distill, model) = (settings.Distill, settings.Model);
        (_device, _side, _clusters) = (device, model.Side, clusters);
        Student = new Encoder(model, DerivedSeed.Of(seed, "weights"), device.Device);
        prepare?.Invoke(Student);
        _regressors = new Regressors(
            clusters.Max() + 1, TargetChoices.Parse(distill.Targets), model.Projection, distill.RegressorHidden, DerivedSeed.Of(seed, "regressors"), distill.LastLayerScale, device.Device);
        OptimizedParameter[] trained = [.. OptimizedParameter.Of(Student, "student."), .. _regressors.Optimized(distill.LastLayerRate)];
        Watch = new TrainingWatch(trained);
        _optimizer = OptimizerCatalog.Create(distill, trained);
        State = NamedTensors.Of(("student", Student), ("regressors", _regressors)).With("optimizer", _optimizer.State);
        Student.train();
    }

    /// <summary>What is left of it afterwards: the regressors are dropped.</summary>
    public Encoder Student { get; }

    /// <summary>Looks at gradients and projections.</summary>
    public TrainingWatch Watch { get; }

    /// <summary>Everything that a checkpoint holds.</summary>
    public Dictionary<string, Tensor> State { get; }

    /// <summary>FLOPs for a view of an image, without its teachers'.</summary>
    public double FlopsPerView => Flops.Trained(Flops.Forward(Student, _side) + (2.0 * _regressors.Macs));

    /// <summary>Forward, backward, update.</summary>
    /// <param name="teachers">Where the targets come from.</param>
    /// <param name="batch">Two views of each image.</param>
    /// <param name="rate">The learning rate.</param>
    /// <returns>The loss, a scalar.</returns>
    public Tensor Run(ITeachers teachers, ViewBatch batch, double rate)
    {
        var groups = ClusterGroups.Of([.. batch.Indices.Take(batch.Count).Select(i => _clusters[i])]);
        _optimizer.ZeroGradients();
        Tensor loss, projected;
        using (_device.Precision())
            loss = View(batch.View1, out projected).add(View(batch.View2, out _), Scalars.One).div(Scalars.Two);
        loss.backward();
        Watch.Look(projected);
        _optimizer.Step(rate);
        return loss;

        Tensor View(float[] view, out Tensor projection)
        {
            var images = _device.Images(view, batch.Count, _side);
            var targets = teachers.Targets(images, batch.Indices.AsSpan(0, batch.Count), groups);
            projection = Student.Embed(images).Projection;
            return DistillationLoss.Of(_regressors, projection, groups, targets);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _optimizer.Dispose();
        _regressors.Dispose();
        Student.Dispose();
    }
}
