namespace DnC.Workflow.Stages.Spec;

/// <summary>A run of Divide and Contrast, as its owner writes it down.</summary>
[SpecText("A run of Divide and Contrast: the data, the network, the phases with their settings, the seed.")]
public sealed record RunSpec
{
    /// <summary>For people.</summary>
    [SpecText("A name for people."), SpecPattern(@"^[^\x00-\x1f]{0,200}(?![\s\S])", "a text of at most 200 characters in one line")]
    public string Name { get; init; } = "dnc";

    /// <summary>All that is random derives from it.</summary>
    [SpecText("All that is random derives from it."), SpecRange(0, 9007199254740991)]
    public long Seed { get; init; } = 1;

    /// <summary>Rounds of divide and distil.</summary>
    [SpecText("Rounds: from the second on, the distilled model is the base, and experts of clusters whose images are the same as before are taken over (experts.init scratch). The paper does one. Ours."), SpecRange(1, 100)]
    public int Rounds { get; init; } = 1;

    /// <summary>The images.</summary>
    public DataSpec Data { get; init; } = new();

    /// <summary>The network.</summary>
    public ModelSpec Model { get; init; } = new();

    /// <summary>Phase 1.</summary>
    [SpecText("Base training on all images. Default length: 200 epochs.")]
    public BaseSpec Base { get; init; } = new();

    /// <summary>Phase 2.</summary>
    public EmbedSpec Embed { get; init; } = new();

    /// <summary>Phase 3.</summary>
    public ClusterSpec Cluster { get; init; } = new();

    /// <summary>Phase 4.</summary>
    public ExpertsSpec Experts { get; init; } = new();

    /// <summary>Phase 5.</summary>
    public DistillSpec Distill { get; init; } = new();

    /// <summary>Phase 6.</summary>
    public EvaluateSpec Evaluate { get; init; } = new();

    /// <summary>Fine-tuning on few labels.</summary>
    public FewLabelsSpec FewLabels { get; init; } = new();

    /// <summary>Failures after which a stage is given up.</summary>
    [SpecText("Failures after which a stage is given up; attempts lost to a dead machine are not counted."), SpecRange(1, 1000), NotInKey]
    public int MaxFailures { get; init; } = 3;
}
