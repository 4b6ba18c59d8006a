using DnC.Workflow.Images.Loading;

namespace DnC.Workflow.Images.Augmentation;

/// <summary>The four operations of a colour jitter.</summary>
public enum JitterStep : byte
{
    /// <summary>Scales all channels.</summary>
    Brightness,

    /// <summary>Blends with the mean gray of the view.</summary>
    Contrast,

    /// <summary>Blends with the gray of each pixel.</summary>
    Saturation,

    /// <summary>Turns the hue.</summary>
    Hue,
}

/// <summary>The factors of one jitter and the order of its steps.</summary>
public readonly record struct Jitter(
    float Brightness, float Contrast, float Saturation, float Hue, JitterStep First, JitterStep Second, JitterStep Third, JitterStep Fourth);

/// <summary>Everything random of one view, drawn before any pixel is touched.</summary>
/// <param name="Sigma">Standard deviation of the blur in pixels, or null.</param>
public readonly record struct ViewPlan(CropBox Crop, bool Flip, Jitter? Jitter, bool Gray, float? Sigma, bool Solarize)
{
    /// <summary>
    /// Draws a plan for an image of the given size. Every step takes its draws whether it happens or not, so that changing one
    /// probability changes nothing else about a view.
    /// </summary>
    public static ViewPlan Draw(ViewSteps steps, int width, int height, DerivedRandom draws)
    {
        ArgumentNullException.ThrowIfNull(steps);
        var crop = CropBox.Draw(steps, width, height, ref draws);
        var flip = draws.Chance(steps.FlipChance);
        var jitters = draws.Chance(steps.JitterChance);
        var jitter = DrawJitter(steps, ref draws);
        var gray = draws.Chance(steps.GrayChance);
        var blurs = draws.Chance(steps.BlurChance);
        var sigma = (float)draws.Uniform(steps.SigmaLow, steps.SigmaHigh);
        var solarize = draws.Chance(steps.SolarizeChance);
        return new ViewPlan(crop, flip, jitters ? jitter : null, gray, blurs ? sigma : null, solarize);
    }

    private static Jitter DrawJitter(ViewSteps steps, ref DerivedRandom draws)
    {
        var brightness = Factor(steps.Brightness, ref draws);
        var contrast = Factor(steps.Contrast, ref draws);
        var saturation = Factor(steps.Saturation, ref draws);
        var hue = (float)draws.Uniform(-steps.Hue, steps.Hue);
        Span<JitterStep> order = [JitterStep.Brightness, JitterStep.Contrast, JitterStep.Saturation, JitterStep.Hue];
        draws.Shuffle(order);
        return new Jitter(brightness, contrast, saturation, hue, order[0], order[1], order[2], order[3]);
    }

    private static float Factor(double strength, ref DerivedRandom draws) => (float)draws.Uniform(Math.Max(0, 1 - strength), 1 + strength);
}
