namespace DnC.Workflow.Cli.Init;

/// <summary>A network and how it is trained: what the ready specs in workflows/ have for such images. [ours]</summary>
/// <param name="Model">The spec's 'model', without braces.</param>
/// <param name="Training">What base, experts and distillation share.</param>
/// <param name="Contrast">What base and experts have besides.</param>
/// <param name="Regressor">Hidden width of the distillation's regressors.</param>
/// <param name="Because">Why this one, as a comment.</param>
internal sealed record Recipe(string Model, string Training, string Contrast, int Regressor, string Because)
{
    private const int SmallImages = 48;
    private const int MiddlingImages = 112;

    /// <summary>The recipe for images of a size.</summary>
    /// <param name="medianSide">Short side of the image in the middle, in pixels.</param>
    /// <param name="gpu">Whether it is trained on a GPU.</param>
    public static Recipe For(int medianSide, bool gpu) => (gpu, medianSide) switch
    {
        (false, < SmallImages) => Narrow(32, "A narrow network at 32 pixels: what a CPU trains in minutes to hours."),
        (false, _) => Narrow(64, "A narrow network at 64 pixels, for a CPU. A GPU takes larger images: backbone resnet50, stem imagenet, side 224."),
        (true, < SmallImages) => Small(32),
        (true, < MiddlingImages) => Small(64),
        _ => new Recipe(
            "\"backbone\": \"resnet50\", \"stem\": \"imagenet\", \"side\": 224, \"projectorHidden\": 4096, \"projection\": 256, \"augmentation\": \"byol\"",
            "\"batch\": 256, \"optimizer\": \"lars\", \"learningRate\": 0.3, \"weightDecay\": 1.5e-6, \"precision\": \"auto\"",
            "\"temperature\": 0.1",
            4096,
            "The paper's network and optimiser (LARS, 0.3 per 256 images), in smaller batches."),
    };

    private static Recipe Narrow(int side, string because) => new(
        $"\"backbone\": \"narrow\", \"stem\": \"small\", \"width\": 16, \"blocks\": 1, \"side\": {side}, \"projectorHidden\": 512, \"projection\": 128, \"augmentation\": \"small\"",
        "\"batch\": 64, \"optimizer\": \"sgd\", \"learningRate\": 0.5, \"weightDecay\": 5e-4, \"precision\": \"auto\"",
        "\"temperature\": 0.2, \"targetMomentum\": 0.99",
        512,
        because);

    private static Recipe Small(int side) => new(
        $"\"backbone\": \"resnet18\", \"stem\": \"small\", \"side\": {side}, \"projectorHidden\": 2048, \"projection\": 256, \"augmentation\": \"small\"",
        "\"batch\": 256, \"optimizer\": \"sgd\", \"learningRate\": 0.06, \"weightDecay\": 5e-4, \"precision\": \"auto\"",
        "\"temperature\": 0.2, \"targetMomentum\": 0.99",
        2048,
        "ResNet-18 with the field's usual recipe for small images.");
}
