using DnC.Workflow.Images.Loading;
using DnC.Workflow.Learning.Evaluation;
using DnC.Workflow.Learning.Models;
using DnC.Workflow.Learning.Native;
using DnC.Workflow.Learning.Optimization;
using DnC.Workflow.Learning.Training;
using DnC.Workflow.Learning.Weights;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Spec;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Phases;

/// <summary>
/// Several fine-tunings of one network, a learning rate after the other, as one training: its state is the current network, the best one so far,
/// and how good each rate was. A rate that diverges is out, and its remaining steps do nothing.
/// </summary>
internal sealed class FineTuning : IDisposable
{
    private const float NotYet = -2, Diverged = -1;
    private readonly StageContext _context;
    private readonly StageDevice _device;
    private readonly Encoder _start, _encoder, _best;
    private readonly FullyConnected _head, _bestHead;
    private readonly string _layer;
    private readonly FewLabelsSpec _spec;
    private readonly TwoViewBatches _batches;
    private readonly int[] _labels;
    private readonly EvaluatePart _validation;
    private readonly Sgd _optimizer;
    private readonly Tensor _accuracies;
    private readonly long _steps;

    /// <param name="context">The stage.</param>
    /// <param name="device">Where it runs.</param>
    /// <param name="start">Where every fine-tuning starts. The caller's.</param>
    /// <param name="layer">'pooled' or 'hidden'.</param>
    /// <param name="classes">Outputs of the classifier, which starts at 0 [ours].</param>
    /// <param name="spec">Length and rates.</param>
    /// <param name="batches">The labelled images, of which a step sees the first view.</param>
    /// <param name="labels">By image of their set: its class.</param>
    /// <param name="validation">What chooses the rate; without an image the first rate that does not diverge is taken.</param>
    public FineTuning(
        StageContext context, StageDevice device, Encoder start, string layer, int classes, FewLabelsSpec spec, TwoViewBatches batches, int[] labels, EvaluatePart validation)
    {
        (_context, _device, _start, _layer, _spec, _batches, _labels, _validation) = (context, device, start, layer, spec, batches, labels, validation);
        (_encoder, _best) = (start.Copy(), start.Copy());
        (_head, _bestHead) = (Head(), Head());
        _optimizer = new Sgd([.. OptimizedParameter.Of(_encoder, "model."), .. OptimizedParameter.Of(_head, "head.")], momentum: 0.9, weightDecay: 0, nesterov: true);
        float[] unknown = [.. spec.Rates.Select(_ => NotYet)];
        _accuracies = HostTensor.Of(unknown).DetachFromDisposeScope();
        _steps = (long)spec.Epochs * batches.StepsPerEpoch;
        State = new TrainingState(NamedTensors.Of(("model", _encoder), ("head", _head), ("best.model", _best), ("best.head", _bestHead))
            .With("optimizer", _optimizer.State).With("rates", new Dictionary<string, Tensor> { ["accuracies"] = _accuracies }));
        Recipe = new TrainingRecipe(_steps * spec.Rates.Count, batches.StepsPerEpoch, RateAt, From, Step);

        FullyConnected Head()
        {
            var head = new FullyConnected(FeaturePass.Width(start, layer), classes, bias: true);
            head.to(device.Device);
            return head;
        }
    }

    /// <summary>All that a resume needs.</summary>
    public TrainingState State { get; }

    /// <summary>The fine-tunings as one training.</summary>
    public TrainingRecipe Recipe { get; }

    /// <summary>By rate: its accuracy on the validation images, 0 to 1; null if it diverged.</summary>
    public IReadOnlyList<double?> Validation => [.. _accuracies.data<float>().ToArray().Select(a => a < 0 ? (double?)null : a)];

    /// <summary>Makes the best network the one that is measured.</summary>
    /// <returns>Its rate.</returns>
    /// <exception cref="StageFailure">Every rate diverged.</exception>
    public double TakeBest()
    {
        var accuracies = _accuracies.data<float>().ToArray();
        if (accuracies.Max() < 0)
            throw new StageFailure($"Fine-tuning diverged at every base rate: set smaller values in 'fewLabels.rates' (now {string.Join(", ", _spec.Rates)}).", retryable: false);
        Copy(_best, _bestHead, _encoder, _head);
        return _spec.Rates[Array.IndexOf(accuracies, accuracies.Max())];
    }

    /// <summary>Top-1 of the current network on every readable image of a part.</summary>
    /// <exception cref="StageStopped">Asked to stop; what came after the last checkpoint is done again.</exception>
    public Accuracy Measure(EvaluatePart part)
    {
        var (predicted, truth) = (new List<int>(), new List<int>());
        _encoder.eval();
        foreach (var images in new PlainBatches(part.Set, _encoder.Spec.Side, Math.Max(1, _context.Options.ForwardBatch), LoaderThreads.For(_device)).From(0))
        {
            if (_context.StopRequested())
                throw new StageStopped();
            FeaturePass.Forward(_device, _encoder, images, _layer, features => predicted.AddRange(_head.call(features).argmax(1).to(ScalarType.Int32).cpu().data<int>().ToArray()));
            truth.AddRange(images.Indices.Take(images.Count).Select(i => part.ClassOf[i]));
        }

        _encoder.train();
        return truth.Count == 0 ? new Accuracy(0, 0) : Accuracy.Of([.. predicted], [.. truth]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _optimizer.Dispose();
        _accuracies.Dispose();
        foreach (var module in new nn.Module[] { _encoder, _best, _head, _bestHead })
            module.Dispose();
    }

    // A cosine to 0 for each rate, without warm-up.
    private double RateAt(long step) =>
        new LearningRateSchedule(_spec.Rates[(int)(step / _steps)], _batches.Batch, 0, _steps).At(step % _steps);

    /// <summary>The same batches in the same order for every rate.</summary>
    private IEnumerable<ViewBatch> From(long step)
    {
        for (var within = step % _steps; ; within = 0)
        {
            foreach (var batch in _batches.From(within).Take((int)(_steps - within)))
                yield return batch;
        }
    }

    private Tensor Step(ViewBatch batch, long step, double rate)
    {
        var (candidate, within) = ((int)(step / _steps), step % _steps);
        if (within == 0)
            Begin();
        var loss = Accuracies(candidate) == Diverged ? zeros(1) : Tune(batch, rate);
        if (!double.IsFinite(loss.item<float>()) || !IsFinite())
        {
            Begin();
            Note(candidate, Diverged);
            loss = zeros(1);
        }

        if (within == _steps - 1 && Accuracies(candidate) != Diverged)
            Judge(candidate);
        return loss;
    }

    private Tensor Tune(ViewBatch batch, double rate)
    {
        var images = _device.Images(batch.View1, batch.Count, _encoder.Spec.Side);
        var labels = HostTensor.Of(Array.ConvertAll(batch.Indices, i => (long)_labels[i])).to(_device.Device);
        _optimizer.ZeroGradients();
        Tensor features;
        using (_device.Precision())
            features = _layer == "pooled" ? _encoder.Pooled(images) : _encoder.Embed(images).Hidden;
        var loss = nn.functional.cross_entropy(_head.call(features.to(ScalarType.Float32)), labels);
        loss.backward();
        _optimizer.Step(rate);
        return loss;
    }

    private void Begin()
    {
        using var noGrad = no_grad();
        _encoder.CopyFrom(_start);
        _encoder.train();
        foreach (var tensor in _head.parameters().Concat(_optimizer.State.Values))
            tensor.zero_();
    }

    private void Judge(int candidate)
    {
        var best = _accuracies.data<float>().ToArray().Max();
        var accuracy = (float)Measure(_validation).Share;
        if (accuracy > best)
            Copy(_encoder, _head, _best, _bestHead);
        Note(candidate, accuracy);
    }

    private float Accuracies(int candidate) => _accuracies[candidate].item<float>();

    private void Note(int candidate, float accuracy)
    {
        using Scalar value = accuracy;
        _accuracies[candidate].fill_(value);
    }

    private bool IsFinite()
    {
        using var noGrad = no_grad();
        return _encoder.parameters().Concat(_head.parameters()).Concat(_encoder.buffers().Where(b => b.is_floating_point())).Concat(_optimizer.State.Values)
            .All(t => t.isfinite().all().item<bool>());
    }

    private static void Copy(Encoder fromEncoder, FullyConnected fromHead, Encoder encoder, FullyConnected head)
    {
        using var noGrad = no_grad();
        encoder.CopyFrom(fromEncoder);
        head.Weight.copy_(fromHead.Weight);
        head.Bias!.copy_(fromHead.Bias!);
    }
}
