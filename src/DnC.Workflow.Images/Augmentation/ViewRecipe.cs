namespace DnC.Workflow.Images.Augmentation;

/// <summary>
/// The steps of one view, in the order in which they are applied: crop and resize, flip, colour jitter, grayscale, blur, solarize.
/// A probability of 0 leaves a step out.
/// </summary>
/// <param name="Brightness">Jitter factor drawn from U(1−b, 1+b); likewise contrast and saturation.</param>
/// <param name="Hue">Hue shift drawn from U(−h, h), in turns.</param>
public sealed record ViewSteps(
    double JitterChance,
    double Brightness,
    double Contrast,
    double Saturation,
    double Hue,
    double GrayChance,
    double BlurChance,
    double SolarizeChance)
{
    /// <summary>Smallest share of the image's area in a crop.</summary>
    public double AreaLow { get; init; } = 0.08;

    /// <summary>Largest share of the image's area in a crop.</summary>
    public double AreaHigh { get; init; } = 1;

    /// <summary>Smallest width : height of a crop.</summary>
    public double AspectLow { get; init; } = 3.0 / 4;

    /// <summary>Largest width : height of a crop.</summary>
    public double AspectHigh { get; init; } = 4.0 / 3;

    /// <summary>Probability of a horizontal flip.</summary>
    public double FlipChance { get; init; } = 0.5;

    /// <summary>Smallest standard deviation of the blur, in pixels.</summary>
    public double SigmaLow { get; init; } = 0.1;

    /// <summary>Largest standard deviation of the blur, in pixels.</summary>
    public double SigmaHigh { get; init; } = 2;
}

/// <summary>What makes the two views of an image: one list of steps for each.</summary>
public sealed record ViewRecipe(string Name, ViewSteps View1, ViewSteps View2)
{
    /// <summary>
    /// BYOL's augmentation, which the paper uses unchanged (appendix A): asymmetric in blur and solarize. Colour steps follow
    /// torchvision's definition (multiplicative, gray mean), not BYOL's own code.
    /// </summary>
    public static ViewRecipe Byol { get; } = new(
        "byol",
        new ViewSteps(0.8, 0.4, 0.4, 0.2, 0.1, GrayChance: 0.2, BlurChance: 1, SolarizeChance: 0),
        new ViewSteps(0.8, 0.4, 0.4, 0.2, 0.1, GrayChance: 0.2, BlurChance: 0.1, SolarizeChance: 0.2));

    /// <summary>
    /// For images of about 32 pixels [ours], in the field's CIFAR form: the same table without blur, and with jitter
    /// 0.8/0.8/0.8/0.2 at strength ½.
    /// </summary>
    public static ViewRecipe Small { get; } = new(
        "small",
        new ViewSteps(0.8, 0.4, 0.4, 0.4, 0.1, GrayChance: 0.2, BlurChance: 0, SolarizeChance: 0),
        new ViewSteps(0.8, 0.4, 0.4, 0.4, 0.1, GrayChance: 0.2, BlurChance: 0, SolarizeChance: 0.2));

    /// <summary>Crop and flip alone, for training with labels [byol]; no spec names it.</summary>
    public static ViewRecipe CropAndFlip { get; } = new("crop and flip", new ViewSteps(0, 0, 0, 0, 0, 0, 0, 0), new ViewSteps(0, 0, 0, 0, 0, 0, 0, 0));

    /// <summary>The recipes that a spec can name.</summary>
    public static IReadOnlyList<ViewRecipe> All { get; } = [Byol, Small];

    /// <summary>The recipe of a name.</summary>
    /// <exception cref="ArgumentException">No recipe has that name; the message lists those there are.</exception>
    public static ViewRecipe Named(string name) =>
        All.FirstOrDefault(recipe => string.Equals(recipe.Name, name, StringComparison.Ordinal))
        ?? throw new ArgumentException(
            $"There is no augmentation recipe '{name}'; known are {string.Join(", ", All.Select(recipe => $"'{recipe.Name}'"))}.", nameof(name));
}
