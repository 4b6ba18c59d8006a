using DnC.Workflow.Images.Loading;
using DnC.Workflow.Learning.Models;
using DnC.Workflow.Learning.Objectives;
using DnC.Workflow.Learning.Optimization;
using DnC.Workflow.Learning.Training;
using DnC.Workflow.Learning.Weights;
using DnC.Workflow.Stages.Keys;
using DnC.Workflow.Stages.Spec;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Phases;

/// <summary>A network in self-supervised training, with everything that a step reads and changes [paper, 3.1].</summary>
internal sealed class ContrastiveStep : IDisposable
{
    private readonly StageDevice _device;
    private readonly int _side;
    private readonly IObjective _objective;
    private readonly MomentumEncoder? _target;
    private readonly IOptimizer _optimizer;
    private readonly TargetMomentumSchedule _momenta;

    /// <param name="model">The network.</param>
    /// <param name="training">Objective and optimiser.</param>
    /// <param name="seed">Of the weights.</param>
    /// <param name="device">Where, and in which format.</param>
    /// <param name="steps">Length of the training: the target's momentum rises over it.</param>
    /// <param name="prepare">Puts other weights into the encoder before the target is copied from it.</param>
    public ContrastiveStep(ModelSpec model, TrainingSpec training, ulong seed, StageDevice device, long steps, Action<Encoder>? prepare = null)
    {
        (_device, _side) = (device, model.Side);
        Encoder = new Encoder(model, DerivedSeed.Of(seed, "weights"), device.Device);
        prepare?.Invoke(Encoder);
        _objective = ObjectiveCatalog.Create(training, model, DerivedSeed.Of(seed, "predictor"), device.Device);
        _target = _objective.UsesTarget ? new MomentumEncoder(Encoder) : null;
        OptimizedParameter[] trained = [.. OptimizedParameter.Of(Encoder), .. _objective.Predictor is { } predictor ? OptimizedParameter.Of(predictor, "predictor.") : []];
        Watch = new TrainingWatch(trained);
        _optimizer = OptimizerCatalog.Create(training, trained);
        _momenta = new TargetMomentumSchedule(training.TargetMomentum, steps);
        State = NamedTensors.Of(("online", Encoder));
        if (_target is not null)
            State.With("target", _target.Network.state_dict());
        if (_objective.Predictor is { } own)
            State.With("predictor", own.state_dict());
        State.With("optimizer", _optimizer.State);
    }

    /// <summary>The online network.</summary>
    public Encoder Encoder { get; }

    /// <summary>Looks at gradients and projections.</summary>
    public TrainingWatch Watch { get; }

    /// <summary>Everything that a checkpoint holds.</summary>
    public Dictionary<string, Tensor> State { get; }

    /// <summary>FLOPs for each image of a batch, both views.</summary>
    public double FlopsPerImage => Flops.TwoViewStep(Encoder, _side, _objective.UsesTarget, _objective.Predictor);

    /// <summary>Forward, backward, update.</summary>
    /// <param name="batch">Two views of each image.</param>
    /// <param name="step">0-based.</param>
    /// <param name="rate">The learning rate.</param>
    /// <returns>The loss, a scalar.</returns>
    public Tensor Run(ViewBatch batch, long step, double rate)
    {
        var (first, second) = (_device.Images(batch.View1, batch.Count, _side), _device.Images(batch.View2, batch.Count, _side));
        _optimizer.ZeroGradients();
        TwoViews online, targets;
        Tensor projected;
        using (_device.Precision())
        {
            online = new TwoViews(Encoder.Embed(first).Projection, Encoder.Embed(second).Projection);
            projected = online.First;
            targets = _target is null ? online : new TwoViews(_target.Project(first), _target.Project(second));
            if (_objective.Predictor is { } predictor)
                online = new TwoViews(predictor.call(online.First), predictor.call(online.Second));
        }

        // Outside: autocast would take the similarities to bfloat16's 8 significant bits.
        var loss = _objective.Loss(online, targets);
        loss.backward();
        Watch.Look(projected);
        _optimizer.Step(rate);
        _target?.Update(_momenta.At(step));
        return loss;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _optimizer.Dispose();
        _target?.Dispose();
        _objective.Predictor?.Dispose();
        Encoder.Dispose();
    }
}
