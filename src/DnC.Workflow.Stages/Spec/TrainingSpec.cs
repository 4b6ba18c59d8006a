namespace DnC.Workflow.Stages.Spec;

/// <summary>How a network is trained: shared by base, experts and distillation. Defaults are the paper's.</summary>
public record TrainingSpec : ExecutionSpec
{
    /// <summary>The self-supervised objective.</summary>
    [SpecText("Objective of base and experts, each by its own setting: moclr (the paper's), simclr (no target network) or byol (a predictor, no negatives; the paper gives it a learning rate of 0.2). Distillation ignores it.")]
    [SpecChoice("moclr", "simclr", "byol")]
    public string Objective { get; init; } = "moclr";

    /// <summary>Softmax temperature.</summary>
    [SpecText("Temperature of the contrastive softmax, of moclr and simclr. The paper does not state it; 0.1 is SimCLR's."), SpecRange(0, 10, ExclusiveMin = true)]
    public double Temperature { get; init; } = 0.1;

    /// <summary>Momentum of the target network at the start; it rises to 1 along a cosine.</summary>
    [SpecText("Momentum of the target network at the start; it rises to 1 along a cosine. Of moclr and byol."), SpecRange(0, 1)]
    public double TargetMomentum { get; init; } = 0.996;

    /// <summary>Length in passes over the data.</summary>
    [SpecText("Length in epochs of the data set; for experts, of their own cluster. Give this or 'images'."), SpecRange(0, 1_000_000, ExclusiveMin = true)]
    public double? Epochs { get; init; }

    /// <summary>Length in images of the whole set.</summary>
    [SpecText("Length in images, shared between experts in proportion to cluster size. Give this or 'epochs'."), SpecRange(1, 1e15)]
    public long? Images { get; init; }

    /// <summary>Images in a step.</summary>
    [SpecText("Images in a step."), SpecRange(2, 65536)]
    public int Batch { get; init; } = 4096;

    /// <summary>The optimiser.</summary>
    [SpecText("Optimiser."), SpecChoice("lars", "sgd", "adamw")]
    public string Optimizer { get; init; } = "lars";

    /// <summary>Base learning rate, per 256 images.</summary>
    [SpecText("Base learning rate: multiplied by batch/256, reached after the warm-up, then a cosine to 0."), SpecRange(0, 100, ExclusiveMin = true)]
    public double LearningRate { get; init; } = 0.3;

    /// <summary>Momentum of LARS and SGD.</summary>
    [SpecText("Momentum of LARS and SGD."), SpecRange(0, 0.9999)]
    public double Momentum { get; init; } = 0.9;

    /// <summary>Weight decay.</summary>
    [SpecText("Weight decay; biases and BatchNorm parameters have none."), SpecRange(0, 1)]
    public double WeightDecay { get; init; } = 1.5e-6;

    /// <summary>Epochs of linear warm-up.</summary>
    [SpecText("Epochs of linear warm-up, at most the length itself."), SpecRange(0, 1_000_000)]
    public double WarmupEpochs { get; init; } = 10;

    /// <summary>Number format of the forward and backward pass.</summary>
    [SpecText("fp32, bf16 (autocast; an error where it is not available) or auto (bf16 where the device multiplies it natively, GPU or CPU, else fp32)."), SpecChoice("fp32", "bf16", "auto")]
    public string Precision { get; init; } = "fp32";

    /// <summary>The recipe alone: what only experts or distillation have is no setting of a training stage.</summary>
    public TrainingSpec Recipe() => new(this);
}

/// <summary>The base: trained on all images, or given.</summary>
public sealed record BaseSpec : TrainingSpec
{
    /// <summary>Weights that stand for the training.</summary>
    [SpecText("Start from these weights instead of training: a safetensors file with torchvision's names (fc.* is left aside), a run's model.safetensors, or the folder of an exported model. It has to be at the same path on every worker; its content counts for what is reused, its path does not. Without a projector in it 'embed.layer' has to be pooled, and a projector with random weights is made. The other settings of the training are ignored. Ours.")]
    [NotInKey]
    public string? Weights { get; init; }
}

/// <summary>Experts: one network per cluster, by the same objective.</summary>
[SpecText("Experts: one network per cluster, trained on that cluster's images by the base's objective.")]
public sealed record ExpertsSpec : TrainingSpec
{
    /// <summary>Where the weights start.</summary>
    [SpecText("scratch (the paper's) or base: start from the base model's weights (ours; better for short runs)."), SpecChoice("scratch", "base")]
    public string Init { get; init; } = "scratch";
}

/// <summary>Distillation of base and experts into one network.</summary>
[SpecText("Distillation of base and experts into one network of the same shape.")]
public sealed record DistillSpec : TrainingSpec
{
    /// <summary>What the teachers see.</summary>
    [SpecText("augmented: teachers see the student's view (the paper's). cached: one whole image, computed once and stored; far cheaper, 0.2 points worse in the paper.")]
    [SpecChoice("augmented", "cached")]
    public string Teachers { get; init; } = "augmented";

    /// <summary>Whose outputs are targets.</summary>
    [SpecText("Targets: both (the paper's), base alone or experts alone."), SpecChoice("both", "base", "experts")]
    public string Targets { get; init; } = "both";

    /// <summary>Units of the regressors' hidden layer.</summary>
    [SpecText("Units of each regressor's hidden layer."), SpecRange(8, 16384)]
    public int RegressorHidden { get; init; } = 4096;

    /// <summary>Rate of the regressors' last layer, relative.</summary>
    [SpecText("Learning rate of the regressors' last layer relative to the rest. Under SGD 1 diverges; 1/32 with an initial scale of 0.2 does not. Ours."), SpecRange(0, 10, ExclusiveMin = true)]
    public double LastLayerRate { get; init; } = 1;

    /// <summary>Initial scale of the regressors' last layer.</summary>
    [SpecText("Factor on the initial weights of the regressors' last layer. Ours."), SpecRange(0, 10, ExclusiveMin = true)]
    public double LastLayerScale { get; init; } = 1;

    /// <summary>Where the student's weights start.</summary>
    [SpecText("scratch (the paper's) or base: start from the base model's weights (ours; for short runs)."), SpecChoice("scratch", "base")]
    public string Init { get; init; } = "scratch";
}
