namespace DnC.Workflow.Images.Formats;

/// <summary>Which files of a data folder make a part.</summary>
/// <param name="Name">'train', 'probe' or 'test'.</param>
/// <param name="Files">Paths relative to the data folder, with '/', in the order of the part: shards, CIFAR files, or images.</param>
/// <param name="Root">Where the part's classes are named: the folder of the images, with a '/' behind it; empty for the data folder itself.</param>
internal sealed record DataPart(string Name, IReadOnlyList<string> Files, string Root = "")
{
    public const string Train = "train";
    public const string Probe = "probe";
    public const string Test = "test";

    /// <summary>The digest's name of labels that stand apart from the images.</summary>
    public const string Labels = "labels";
}

/// <summary>The parts of a data folder and the format they are in.</summary>
internal sealed record DataPartition(IDataLayout Layout, string Folder, DataPart Train, DataPart? Probe, DataPart? Test)
{
    /// <summary>The parts there are.</summary>
    public IEnumerable<DataPart> Parts => new[] { Train, Probe, Test }.OfType<DataPart>();
}
