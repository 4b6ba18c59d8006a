using DnC.Workflow.Bench.Images;
using DnC.Workflow.Bench.Measuring;
using DnC.Workflow.Images.Augmentation;
using DnC.Workflow.Images.Loading;
using DnC.Workflow.Learning.Native;
using DnC.Workflow.Learning.Phases;
using DnC.Workflow.Stages.Execution;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Bench.Training;

/// <summary>The product's own training step, by itself and behind its loader.</summary>
internal sealed class OurStep : IDisposable
{
    private const int WaitingSteps = 12;
    private const double Rate = 1e-4;
    private readonly StepShape _shape;
    private readonly StageDevice _device;
    private readonly ContrastiveStep _step;
    private readonly ViewBatch _batch;
    private long _done;

    public OurStep(StepShape shape, string device, int threads, bool bf16)
    {
        var training = shape.Training(bf16);
        _shape = shape;
        _device = StageDevice.Open(new StageOptions { Device = device, Threads = threads }, training.Precision);
        _step = new ContrastiveStep(shape.Model, training, seed: 1, _device, steps: long.MaxValue);
        _batch = RandomBatch.Of(shape.Batch, shape.Model.Side);
        Run(2);
    }

    public double FlopsPerImage => _step.FlopsPerImage;

    public Device Device => _device.Device;

    /// <summary>Seconds of some steps on a batch that is there.</summary>
    public double Run(int steps)
    {
        TorchSettings.Apply(_device.Threads);
        return Clock.Of(_device.Device.type == DeviceType.CPU ? _device.Threads : int.MaxValue, () =>
        {
            for (var i = 0; i < steps; i++)
                Step(_batch);
            Synchronize();
        });
    }

    /// <summary>An epoch behind the loader, the images decoded in each step.</summary>
    public void Epoch(int count)
    {
        using var images = new NoiseImages(count, _shape.Model.Side);
        foreach (var batch in Batches(images).From(0).Take(count / _shape.Batch))
            Step(batch);
    }

    /// <summary>The share of a training's time, 0 to 1, in which the step waits for its batch: images in memory, decoded and augmented in each step.</summary>
    public double Waiting()
    {
        using var images = new NoiseImages(4 * _shape.Batch, _shape.Model.Side * 256 / 224);
        var (waited, whole, steps) = (0.0, 0.0, 0);
        using var stream = Batches(images).From(0).GetEnumerator();
        while (steps < WaitingSteps)
        {
            var fetch = Clock.Seconds(() => stream.MoveNext());
            var work = Clock.Seconds(() => Step(stream.Current));
            // The first batches find the loader starting.
            if (steps++ >= 2)
                (waited, whole) = (waited + fetch, whole + fetch + work);
        }

        return waited / whole;
    }

    public void Dispose() => _step.Dispose();

    private TwoViewBatches Batches(NoiseImages images) => new(
        new ImageSet(images, new ImageSetOptions(0) { HeldBytes = 0 }), ViewRecipe.Named(_shape.Model.Augmentation), _shape.Model.Side, _shape.Batch, seed: 1, LoaderThreads.For(_device), ahead: 4);

    private void Step(ViewBatch batch)
    {
        using (NewDisposeScope())
            _step.Run(batch, _done++, Rate).item<float>();
    }

    private void Synchronize()
    {
        if (_device.Device.type == DeviceType.CUDA)
            cuda.synchronize();
    }
}
