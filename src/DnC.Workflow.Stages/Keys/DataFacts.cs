namespace DnC.Workflow.Stages.Keys;

/// <summary>What planning knows of the data: counts and digests of its index, never a label.</summary>
public sealed record DataFacts
{
    /// <summary>Images to train on.</summary>
    public required long TrainImages { get; init; }

    /// <summary>Labelled images that probes are fitted on; 0: none.</summary>
    public long ProbeImages { get; init; }

    /// <summary>Labelled images that results are measured on; 0: none.</summary>
    public long TestImages { get; init; }

    /// <summary>Whether there are labels for probe and test.</summary>
    public bool HasLabels { get; init; }

    /// <summary>Digest of the index of each part: 'train', 'probe', 'test', and 'labels' where they are apart from the images.</summary>
    public required IReadOnlyDictionary<string, string> Digests { get; init; }

    /// <summary>Digest of the weights that stand for the base, or null where it is trained.</summary>
    public string? Weights { get; init; }

    /// <summary>Digests of the index where <see cref="Digests"/> are of the bytes ('--verify-data'); otherwise the same.</summary>
    public IReadOnlyDictionary<string, string> Index { get => field ?? Digests; init; }
}
