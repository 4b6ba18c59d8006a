namespace DnC.Workflow.Stages.Spec;

/// <summary>The network that base, experts and student share: one shape for all, as in the paper.</summary>
[SpecText("The network: base, experts and student have the same shape.")]
public sealed record ModelSpec
{
    /// <summary>Name of the backbone.</summary>
    [SpecText("Backbone: resnet18, resnet34, resnet50, or narrow (basic blocks of small width, ours, for 32-pixel images).")]
    [SpecChoice("resnet18", "resnet34", "resnet50", "narrow")]
    public string Backbone { get; init; } = "resnet50";

    /// <summary>First layers.</summary>
    [SpecText("First layers: imagenet (7x7, stride 2, max-pooling) or small (3x3, stride 1), for images of about 32 pixels.")]
    [SpecChoice("imagenet", "small")]
    public string Stem { get; init; } = "imagenet";

    /// <summary>Channels of the narrow backbone's first stage.</summary>
    [SpecText("Channels of the first stage of 'narrow'; doubled at each of the three stages after it. Ignored by the others."), SpecRange(4, 512)]
    public int Width { get; init; } = 16;

    /// <summary>Residual blocks in each stage of the narrow backbone.</summary>
    [SpecText("Residual blocks in each stage of 'narrow'. Ignored by the others."), SpecRange(1, 8)]
    public int Blocks { get; init; } = 1;

    /// <summary>Side of the square input.</summary>
    [SpecText("Side of the square input in pixels."), SpecRange(16, 1024)]
    public int Side { get; init; } = 224;

    /// <summary>Units of the projector's hidden layer.</summary>
    [SpecText("Units of the projector's hidden layer, which is also what is clustered."), SpecRange(8, 16384)]
    public int ProjectorHidden { get; init; } = 4096;

    /// <summary>Units of the projector's output.</summary>
    [SpecText("Units of the projector's output."), SpecRange(2, 4096)]
    public int Projection { get; init; } = 256;

    /// <summary>The recipe of the two views.</summary>
    [SpecText("Augmentation of the two views: byol (the paper's) or small (for 32-pixel images: no blur, half the jitter; ours).")]
    [SpecChoice("byol", "small")]
    public string Augmentation { get; init; } = "byol";
}
