using DnC.Workflow.Images.Loading;

namespace DnC.Workflow.Images.Augmentation;

/// <summary>A rectangle of an image, in pixels.</summary>
public readonly record struct CropBox(int Left, int Top, int Width, int Height)
{
    private const int Tries = 10;

    /// <summary>
    /// A random resized crop's box, as torchvision's <c>RandomResizedCrop.get_params</c>: area uniform, aspect log-uniform, up to ten
    /// tries, then the largest centred box within the aspect range.
    /// </summary>
    public static CropBox Draw(ViewSteps steps, int width, int height, ref DerivedRandom draws)
    {
        ArgumentNullException.ThrowIfNull(steps);
        for (var attempt = 0; attempt < Tries; attempt++)
        {
            var area = (double)width * height * draws.Uniform(steps.AreaLow, steps.AreaHigh);
            var aspect = Math.Exp(draws.Uniform(Math.Log(steps.AspectLow), Math.Log(steps.AspectHigh)));
            var w = (int)Math.Round(Math.Sqrt(area * aspect));
            var h = (int)Math.Round(Math.Sqrt(area / aspect));
            if (w <= 0 || h <= 0 || w > width || h > height) continue;
            var top = draws.Below(height - h + 1);
            return new CropBox(draws.Below(width - w + 1), top, w, h);
        }
        return Centered(steps, width, height);
    }

    private static CropBox Centered(ViewSteps steps, int width, int height)
    {
        var aspect = (double)width / height;
        int w = width, h = height;
        if (aspect < steps.AspectLow) h = Math.Min(height, (int)Math.Round(width / steps.AspectLow));
        else if (aspect > steps.AspectHigh) w = Math.Min(width, (int)Math.Round(height * steps.AspectHigh));
        return new CropBox((width - w) / 2, (height - h) / 2, Math.Max(w, 1), Math.Max(h, 1));
    }
}
