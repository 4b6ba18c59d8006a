using System.Numerics;

namespace DnC.Workflow.Images.Augmentation;

/// <summary>Per-channel normalisation by ImageNet's mean and standard deviation, as torchvision's models expect.</summary>
public static class Normalization
{
    /// <summary>Mean of R, G, B.</summary>
    public static ReadOnlySpan<float> Mean => [0.485f, 0.456f, 0.406f];

    /// <summary>Standard deviation of R, G, B.</summary>
    public static ReadOnlySpan<float> Deviation => [0.229f, 0.224f, 0.225f];

    /// <summary>x → (x − mean) / deviation in place on three planes.</summary>
    public static void Apply(Span<float> planes)
    {
        var length = planes.Length / 3;
        for (var channel = 0; channel < 3; channel++)
        {
            var plane = planes.Slice(channel * length, length);
            float scale = 1 / Deviation[channel], shift = -Mean[channel] / Deviation[channel];
            var i = 0;
            for (; i <= length - Vector<float>.Count; i += Vector<float>.Count)
                (new Vector<float>(plane[i..]) * new Vector<float>(scale) + new Vector<float>(shift)).CopyTo(plane[i..]);
            for (; i < length; i++) plane[i] = plane[i] * scale + shift;
        }
    }
}
