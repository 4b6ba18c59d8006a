using System.Diagnostics;
using DnC.Workflow.Images.Augmentation;
using DnC.Workflow.Images.Formats;
using DnC.Workflow.Images.Loading;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Spec;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Phases;

/// <summary>How fast a training goes on this machine, from some real steps on real images: decoding and augmentation included. [ours]</summary>
/// <param name="ImagesPerSecond">Of the training set; each is seen in two views.</param>
/// <param name="FlopsPerSecond">That speed in floating-point operations of the networks.</param>
/// <param name="Device">'cpu' or 'cuda:N'.</param>
/// <param name="Threads">Threads of tensor operations.</param>
/// <param name="IsCrowded">Whether other programs took much of the processors meanwhile.</param>
public sealed record TrainingPilot(double ImagesPerSecond, double FlopsPerSecond, string Device, int Threads, bool IsCrowded)
{
    /// <summary>A training on the CPU uses more of its threads' time than this where it has them to itself.</summary>
    private const double Alone = 0.6;

    private const int WarmUpSteps = 2;
    private const int LeastSteps = 3;
    private const int MostImages = 2_048;

    /// <summary>Trains for a while and forgets what it trained.</summary>
    /// <param name="model">The network.</param>
    /// <param name="training">How it would be trained.</param>
    /// <param name="source">The training images; at least 2.</param>
    /// <param name="options">Device and threads.</param>
    /// <param name="length">How long to measure; 3 steps at least.</param>
    /// <exception cref="StageFailure">The device is not there, or none of the images can be read.</exception>
    public static TrainingPilot Measure(ModelSpec model, TrainingSpec training, IImageSource source, StageOptions options, TimeSpan length)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(source);
        var device = StageDevice.Open(options, training.Precision);
        // From all over the set: folders differ in the sizes of their images.
        var count = Math.Min(source.Count, MostImages);
        int[] members = [.. Enumerable.Range(0, count).Select(i => (int)((long)i * source.Count / count))];
        var set = new ImageSet(source, members, new ImageSetOptions(StageImages.TrainingSide(model)) { AllowedBadShare = 1 });
        var batches = new TwoViewBatches(set, ViewRecipe.Named(model.Augmentation), model.Side, Math.Min(training.Batch, count), seed: 1, LoaderThreads.For(device), ahead: 4);

        using var step = new ContrastiveStep(model, training, seed: 1, device, steps: long.MaxValue);
        var times = new List<double>();
        var (watch, processors) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
        var (done, last) = (0, TimeSpan.Zero);
        foreach (var batch in batches.From(0))
        {
            // A rate at which nothing diverges: a step costs the same at any.
            using (NewDisposeScope())
                step.Run(batch, done, rate: 1e-4).item<float>();
            if (++done > WarmUpSteps)
                times.Add((watch.Elapsed - last).TotalSeconds);
            last = watch.Elapsed;
            if (times.Count >= LeastSteps && last >= length)
                break;
        }

        times.Sort();
        var speed = batches.Batch / times[times.Count / 2];
        var used = (Environment.CpuUsage.TotalTime - processors) / (watch.Elapsed * device.Threads);
        return new TrainingPilot(speed, speed * step.FlopsPerImage, device.Device.ToString(), device.Threads, device.Device.type == DeviceType.CPU && used < Alone);
    }
}
