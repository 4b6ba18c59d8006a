using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Bench.Training;

/// <summary>A network and a batch whose training step is measured.</summary>
/// <param name="Name">For people.</param>
/// <param name="Model">The network.</param>
/// <param name="Batch">Images in a step.</param>
/// <param name="Steps">Steps of one measurement, on two cores some seconds.</param>
public sealed record StepShape(string Name, ModelSpec Model, int Batch, int Steps)
{
    /// <summary>The demo's network at the demo's batch.</summary>
    public static StepShape Narrow { get; } = new(
        "narrow, 32 px",
        new ModelSpec { Backbone = "narrow", Stem = "small", Width = 16, Blocks = 1, Side = 32, ProjectorHidden = 512, Projection = 128, Augmentation = "small" },
        64,
        10);

    /// <summary>The network of workflows/cifar10.json.</summary>
    public static StepShape ResNet18 { get; } = new(
        "ResNet-18, 32 px",
        new ModelSpec { Backbone = "resnet18", Stem = "small", Side = 32, ProjectorHidden = 2048, Projection = 256, Augmentation = "small" },
        64,
        1);

    /// <summary>The paper's network, at a batch that two cores can do.</summary>
    public static StepShape ResNet50 { get; } = new("ResNet-50, 224 px", new ModelSpec(), 8, 1);

    /// <summary>What is measured.</summary>
    public static IReadOnlyList<StepShape> Of(BenchSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (settings.Device != "cpu")
            return [Narrow with { Batch = 2048 }, ResNet18 with { Batch = 1024, Steps = 20 }, ResNet50 with { Batch = 256, Steps = 20 }];
        return settings.Quick ? [Narrow] : [Narrow, ResNet18, ResNet50];
    }

    /// <summary>The recipe of the measured steps: what both sides do.</summary>
    public TrainingSpec Training(bool bf16) => new()
    {
        Batch = Batch,
        Temperature = 0.2,
        TargetMomentum = 0.99,
        Optimizer = "sgd",
        WeightDecay = 5e-4,
        LearningRate = 1e-4,
        Precision = bf16 ? "bf16" : "fp32",
    };
}
