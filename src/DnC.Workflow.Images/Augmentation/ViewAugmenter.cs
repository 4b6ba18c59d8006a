using DnC.Workflow.Images.Decoding;

namespace DnC.Workflow.Images.Augmentation;

/// <summary>Carries out view plans. An instance keeps its buffers and makes no garbage: one per thread.</summary>
public sealed class ViewAugmenter
{
    private readonly CropResize _resize = new();
    private readonly GaussianBlur _blur = new();

    /// <summary>
    /// Writes a view of an image into 3 × side × side values (planes R, G, B), normalised by <see cref="Normalization"/>.
    /// </summary>
    public void Augment(PlanarImage image, in ViewPlan plan, int side, Span<float> target)
    {
        Paint(image, plan, side, target);
        Normalization.Apply(target);
    }

    /// <summary>As <see cref="Augment"/>, but left in 0..1.</summary>
    public void Paint(PlanarImage image, in ViewPlan plan, int side, Span<float> target)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(target.Length, 3 * side * side, nameof(target));
        _resize.Crop(image, plan.Crop, side, plan.Flip, target);
        if (plan.Jitter is { } jitter) ColorOps.Apply(target, jitter);
        if (plan.Gray) ColorOps.Grayscale(target);
        if (plan.Sigma is { } sigma) _blur.Apply(target, side, side, GaussianBlur.KernelFor(side), sigma);
        if (plan.Solarize) ColorOps.Solarize(target);
    }

    /// <summary>Writes the un-augmented view (see <see cref="CropResize.Plain"/>), normalised.</summary>
    public void Plain(PlanarImage image, int side, Span<float> target)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(target.Length, 3 * side * side, nameof(target));
        _resize.Plain(image, side, target);
        Normalization.Apply(target);
    }
}
