using DnC.Workflow.Images.Labels;

namespace DnC.Workflow.Images.Formats.Cifar;

/// <summary>
/// The binary versions of CIFAR-10 and CIFAR-100. Probes are fitted on the training images, as the data set's own protocol has it, so they
/// are both parts.
/// </summary>
internal sealed class CifarLayout : IDataLayout
{
    public string Expected => "CIFAR binaries (data_batch_*.bin and test_batch.bin, or train.bin and test.bin)";

    public DataPartition? Find(DataListing listing, PartPatterns patterns)
    {
        string[] binaries = [.. listing.Files.Where(file => file.EndsWith(".bin", StringComparison.OrdinalIgnoreCase))];
        return patterns.Select(DataPart.Train, binaries, listing, "data_batch_*.bin", "train.bin") is { } train
            ? new DataPartition(
                this,
                listing.Folder,
                train,
                patterns.Select(DataPart.Probe, binaries, listing) ?? train with { Name = DataPart.Probe },
                patterns.Select(DataPart.Test, binaries, listing, "test_batch.bin", "test.bin"))
            : null;
    }

    public IImageSource Open(string folder, DataPart part) => new CifarBinary(folder, part.Files);

    public string NameInPart(DataPart part, IImageSource images, int index) => images.Id(index);

    public ImageLabels? Labels(DataPartition partition, DataPart part, IImageSource images) => CifarLabels.Read((CifarBinary)images);
}
