namespace DnC.Workflow.Stages.Spec;

/// <summary>Where the images are and which part of them is which.</summary>
[SpecText("Where the images are. Training opens the train part only; labels are opened by evaluation alone.")]
public sealed record DataSpec
{
    /// <summary>Folder of images.</summary>
    [SpecText("Folder of images: flat, a folder per class, WebDataset shards, or CIFAR binaries; a relative one is looked for from the folder in which the command is typed. --data gives it on the command line.")]
    public string? Path { get; init; }

    /// <summary>Pattern of the training part.</summary>
    [SpecText("Pattern of the training part inside the folder. Default: pretrain-*.tar, or what the format calls its training part.")]
    public string? Train { get; init; }

    /// <summary>Pattern of the probe part.</summary>
    [SpecText("Pattern of the labelled part that probes are fitted on. Default: probe-*.tar, or a share of a folder per class.")]
    public string? Probe { get; init; }

    /// <summary>Pattern of the test part.</summary>
    [SpecText("Pattern of the labelled part that results are measured on. Default: test-*.tar, or a share of a folder per class.")]
    public string? Test { get; init; }

    /// <summary>Share of images that may be unreadable.</summary>
    [SpecText("Share of images that may be corrupt before a stage fails. They are skipped, counted and listed."), SpecRange(0, 1)]
    public double BadImageShare { get; init; } = 0.01;

    /// <summary>Megabytes of decoded images held in memory.</summary>
    [SpecText("Megabytes of decoded images to hold in memory; larger sets are decoded as they are needed."), SpecRange(0, 1_000_000), NotInKey]
    public int CacheMegabytes { get; init; } = 1024;
}
