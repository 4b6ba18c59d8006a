using DnC.Workflow.Images.Labels;

namespace DnC.Workflow.Images.Formats.Tar;

/// <summary>WebDataset shards: <c>pretrain-*.tar</c> (or <c>train-*.tar</c>), <c>probe-*.tar</c>, <c>test-*.tar</c>.</summary>
internal sealed class ShardLayout : IDataLayout
{
    public string Expected => "WebDataset shards (pretrain-*.tar, probe-*.tar, test-*.tar)";

    public DataPartition? Find(DataListing listing, PartPatterns patterns)
    {
        string[] shards = [.. listing.Files.Where(file => file.EndsWith(".tar", StringComparison.OrdinalIgnoreCase))];
        return patterns.Select(DataPart.Train, shards, listing, "pretrain-*.tar", "train-*.tar") is { } train
            ? new DataPartition(
                this,
                listing.Folder,
                train,
                patterns.Select(DataPart.Probe, shards, listing, "probe-*.tar"),
                patterns.Select(DataPart.Test, shards, listing, "test-*.tar"))
            : null;
    }

    public IImageSource Open(string folder, DataPart part) => new TarShards(folder, part.Files);

    public string NameInPart(DataPart part, IImageSource images, int index) => ((TarShards)images).MemberName(index);

    public ImageLabels? Labels(DataPartition partition, DataPart part, IImageSource images) => ShardLabels.Read(partition, part);
}
