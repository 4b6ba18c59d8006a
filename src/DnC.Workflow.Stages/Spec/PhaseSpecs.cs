namespace DnC.Workflow.Stages.Spec;

/// <summary>Embedding of the images by the base model.</summary>
[SpecText("Embedding of the un-augmented images by the base model, for clustering.")]
public sealed record EmbedSpec : ExecutionSpec
{
    /// <summary>Which layer.</summary>
    [SpecText("hidden: the projector's hidden layer (the paper's: it clusters best); pooled: the backbone's features; projection: the projector's output.")]
    [SpecChoice("hidden", "pooled", "projection")]
    public string Layer { get; init; } = "hidden";

    /// <summary>Largest number of embedded images.</summary>
    [SpecText("Embed at most this many images, a sample drawn by the seed; the others are assigned to the centroids afterwards."), SpecRange(2, 1e12)]
    public long Sample { get; init; } = 1_500_000;

    /// <summary>How the embedding is stored.</summary>
    [SpecText("fp32, or fp16: half the disk and page cache, values to 11 bits and up to 65504. Ours.")]
    [SpecChoice("fp32", "fp16"), NotInKeyAtDefault]
    public string Precision { get; init; } = "fp32";

    /// <summary>Images in a forward pass.</summary>
    [SpecText("Images in a forward pass."), SpecRange(1, 65536), NotInKey]
    public int Batch { get; init; } = 256;
}

/// <summary>k-means.</summary>
[SpecText("k-means over the embedding, by default with cosine similarity, then every image to its nearest centroid.")]
public sealed record ClusterSpec : ExecutionSpec
{
    /// <summary>Clusters, so experts.</summary>
    [SpecText("Number of clusters, so of experts. The paper takes 5 or 10."), SpecRange(1, 100_000)]
    public int K { get; init; } = 5;

    /// <summary>Restarts.</summary>
    [SpecText("Runs from different seeds, the best kept. Ours."), SpecRange(1, 100)]
    public int Restarts { get; init; } = 3;

    /// <summary>Iterations at most.</summary>
    [SpecText("Iterations at most."), SpecRange(1, 100_000)]
    public int Iterations { get; init; } = 100;

    /// <summary>Smallest share of a cluster.</summary>
    [SpecText("Clusters smaller than this share of an even split are merged into the nearest one, and their experts skipped. Ours."), SpecRange(0, 1)]
    public double MinimumShare { get; init; } = 0.1;

    /// <summary>Largest share of a cluster; null: no bound.</summary>
    [SpecText("Clusters larger than this many even splits are divided, and parts of them go over to clusters that have room. Left out: no bound. Ours."), SpecRange(1.5, 100_000)]
    public double? MaximumShare { get; init; }

    /// <summary>By what images are near.</summary>
    [SpecText("cosine (the paper's) or euclidean (ours)."), SpecChoice("cosine", "euclidean"), NotInKeyAtDefault]
    public string Metric { get; init; } = "cosine";

    /// <summary>Hierarchical k-means.</summary>
    [SpecText("Hierarchical k-means: numbers of centroids, falling and above 'k'. The images are clustered into the first, those centroids into the next, the last ones into 'k'. Empty: one level. Ours.")]
    [SpecRange(2, 1_000_000), NotInKeyAtDefault]
    public IReadOnlyList<int> Levels { get; init; } = [];

    /// <summary>Rows of a mini-batch; 0: all.</summary>
    [SpecText("Rows in an iteration; 0: all of them (Lloyd)."), SpecRange(0, 1e9)]
    public int MiniBatch { get; init; }
}

/// <summary>Evaluation on labelled data.</summary>
[SpecText("Evaluation on labelled data; without labels it is skipped and the run still succeeds.")]
public sealed record EvaluateSpec : ExecutionSpec
{
    /// <summary>What to compare with.</summary>
    [SpecText("Rivals to train and measure beside DnC: equal-length (the base objective for the whole run's length), base-only and experts-only (distillation from those targets alone), random-partitions (experts of random parts as large as the clusters), full-set-experts (experts that each train on all images, for their cluster's steps), cached-teachers and augmented-teachers (distillation with teachers of that kind; the run's own kind costs nothing more).")]
    [SpecChoice("equal-length", "base-only", "experts-only", "random-partitions", "full-set-experts", "cached-teachers", "augmented-teachers")]
    public IReadOnlyList<string> Compare { get; init; } = [];

    /// <summary>Whether experts are measured.</summary>
    [SpecText("Whether each expert is measured against the base on its own cluster.")]
    public bool Experts { get; init; } = true;

    /// <summary>Neighbours of the weighted k-NN.</summary>
    [SpecText("Neighbours of the weighted k-NN."), SpecRange(1, 10_000)]
    public int Neighbours { get; init; } = 10;

    /// <summary>Temperature of the weighted k-NN.</summary>
    [SpecText("Temperature of the weighted k-NN. Ours."), SpecRange(0, 10, ExclusiveMin = true)]
    public double KnnTemperature { get; init; } = 0.07;

    /// <summary>Epochs of the linear probe.</summary>
    [SpecText("Epochs of the linear probe."), SpecRange(1, 100_000)]
    public int LinearEpochs { get; init; } = 80;

    /// <summary>Rows in a step of the linear probe.</summary>
    [SpecText("Rows in a step of the linear probe."), SpecRange(1, 65536)]
    public int LinearBatch { get; init; } = 1024;

    /// <summary>Base rates tried.</summary>
    [SpecText("Base learning rates of the linear probe, per 256 rows; the best on a validation split is taken."), SpecRange(0, 1000, ExclusiveMin = true)]
    public IReadOnlyList<double> LinearRates { get; init; } = [1.0, 0.6, 0.4, 0.2, 0.1];

    /// <summary>Share of the probe part that chooses the rate.</summary>
    [SpecText("Share of the probe part that is held out to choose the rate. Ours."), SpecRange(0, 0.9)]
    public double ValidationShare { get; init; } = 0.2;

    /// <summary>Whether transfer is measured.</summary>
    [SpecText("Whether transfer is measured too, as in the paper: logistic regression by L-BFGS on the pooled features, its penalty the best of 45 on the held-out share."), NotInKeyAtDefault]
    public bool Transfer { get; init; }

    /// <summary>Whether it is measured if the base is still rising.</summary>
    [SpecText("Whether to measure if the base is still rising, and so whether more base training or dividing is the better use of time: the base is trained for a third of its length too, and the two are compared, by probes where there are labels. Costs a third of the base. Ours."), NotInKeyAtDefault]
    public bool WorthIt { get; init; }
}

/// <summary>Fine-tuning on few labels.</summary>
[SpecText("Few labels: the whole network is fine-tuned on a share of the probe part's labels and measured on the test part, for base, DnC and equal-length. The paper takes shares of 0.01 and 0.1.")]
public sealed record FewLabelsSpec : ExecutionSpec
{
    /// <summary>Shares of the labels.</summary>
    [SpecText("Shares of each class's labels to fine-tune on, at least one image a class: [0.01, 0.1] in the paper. Empty: none."), SpecRange(0, 1, ExclusiveMin = true)]
    public IReadOnlyList<double> Shares { get; init; } = [];

    /// <summary>Where the classifier stands.</summary>
    [SpecText("Where the new linear classifier stands: on the pooled features, or on the projector's hidden layer, which is then fine-tuned too (better in the paper).")]
    [SpecChoice("pooled", "hidden")]
    public IReadOnlyList<string> Layers { get; init; } = ["pooled", "hidden"];

    /// <summary>Passes over the labelled images.</summary>
    [SpecText("Epochs of fine-tuning. BYOL takes 30 or 50."), SpecRange(1, 100_000)]
    public int Epochs { get; init; } = 50;

    /// <summary>Images in a step.</summary>
    [SpecText("Images in a step; all where there are fewer. BYOL's."), SpecRange(2, 65536)]
    public int Batch { get; init; } = 1024;

    /// <summary>Rates tried.</summary>
    [SpecText("Base learning rates, per 256 images; the best on the held-out share (evaluate.validationShare), which is labelled too and no part of the few, is taken. BYOL's."), SpecRange(0, 1000, ExclusiveMin = true)]
    public IReadOnlyList<double> Rates { get; init; } = [0.1, 0.05, 0.02, 0.01, 0.005];

    /// <summary>Number format.</summary>
    [SpecText("fp32, bf16 (autocast; an error where it is not available) or auto."), SpecChoice("fp32", "bf16", "auto")]
    public string Precision { get; init; } = "fp32";
}
