using DnC.Workflow.Images.Augmentation;
using DnC.Workflow.Images.Formats;
using DnC.Workflow.Images.Loading;
using DnC.Workflow.Learning.Models;
using DnC.Workflow.Learning.Phases;
using DnC.Workflow.Stages.Execution;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Export;

/// <summary>Un-augmented images through a network in eval mode, outside any run: just as the embedding phase has them.</summary>
public sealed class EncoderPass : IDisposable
{
    private readonly StageDevice _device;
    private readonly Encoder _encoder;
    private readonly string _layer;
    private readonly int _batch;

    private EncoderPass(StageDevice device, Encoder encoder, string layer, int batch) => (_device, _encoder, _layer, _batch) = (device, encoder, layer, batch);

    /// <summary>Sets the process up and loads the network. Once per process, before the first tensor.</summary>
    /// <param name="load">Loads the network onto the device.</param>
    /// <param name="layer">'pooled', 'hidden' or 'projection'.</param>
    /// <param name="options">Device, threads and images in a forward pass.</param>
    /// <exception cref="StageFailure">The device that was asked for is not there.</exception>
    public static EncoderPass Open(Func<Device, Encoder> load, string layer, StageOptions options)
    {
        ArgumentNullException.ThrowIfNull(load);
        ArgumentNullException.ThrowIfNull(options);
        var device = StageDevice.Open(options);
        return new EncoderPass(device, load(device.Device), layer, Math.Max(1, options.ForwardBatch));
    }

    /// <summary>Length of a row.</summary>
    public int Width => FeaturePass.Width(_encoder, _layer);

    /// <summary>Where the network is.</summary>
    public Device Device => _device.Device;

    /// <summary>Images in a forward pass over a set of so many.</summary>
    public int Batch(int images) => Math.Max(1, Math.Min(_batch, images));

    /// <summary>Every image of a source, decoded as this network needs it; any number of them may be unreadable.</summary>
    public ImageSet Set(IImageSource source) =>
        new(source, new ImageSetOptions(CropResize.ResizedShortSide(_encoder.Spec.Side)) { AllowedBadShare = 1, HeldBytes = 0 });

    /// <summary>The rows of a set from an image on, batch by batch in the set's order. Unreadable images have none.</summary>
    /// <param name="set">The images.</param>
    /// <param name="first">A multiple of <see cref="Batch"/>: so that an interrupted pass goes on with the same batches, and the same rows.</param>
    /// <exception cref="UserInputException">The network makes NaN or infinity of an image: names it.</exception>
    public IEnumerable<EncodedBatch> From(ImageSet set, int first)
    {
        ArgumentNullException.ThrowIfNull(set);
        foreach (var images in new PlainBatches(set, _encoder.Spec.Side, _batch, LoaderThreads.For(_device)).From(first))
        {
            float[] values = [];
            FeaturePass.Forward(_device, _encoder, images, _layer, features => values = FeaturePass.Values(features).ToArray());
            if (Array.FindIndex(values, v => !float.IsFinite(v)) is >= 0 and var at)
                throw new UserInputException($"The model makes {values[at]} of image '{set.Id(images.Indices[at / Width])}': its weights are those of a training that diverged. Nothing is written; take another model.");
            yield return new EncodedBatch(images.Indices[..images.Count], values);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _encoder.Dispose();
}

/// <summary>Some images and their rows.</summary>
/// <param name="Images">Indices into the set, rising.</param>
/// <param name="Values">A row for each, one after the other.</param>
public readonly record struct EncodedBatch(int[] Images, float[] Values);
