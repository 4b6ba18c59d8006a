using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using DnC.Workflow.Images.Labels;

namespace DnC.Workflow.Images.Formats.Folders;

/// <summary>
/// A folder of images. Subfolders train (or pretrain), probe (val, valid) and test are its parts. With train and one more of them only, as
/// ImageNet has it, that one is measured on and probes are fitted on the training images. Without such parts (a train alone among others is
/// a class), a folder per class is split by a hash of each image's path, 80 : 10 : 10 [ours]; a flat folder is all for training.
/// </summary>
internal sealed class FolderLayout : IDataLayout
{
    private static readonly string[] TrainNames = ["pretrain", "train"];
    private static readonly string[] ProbeNames = ["probe", "val", "valid", "validation"];
    private static readonly string[] TestNames = ["test"];

    public string Expected => $"images ({ImageNames.Expected}), flat or in a folder per class, or in the subfolders train, probe and test";

    public DataPartition? Find(DataListing listing, PartPatterns patterns)
    {
        var images = ImageFolder.List(listing.Folder);
        if (images.Count == 0) return null;
        var probe = Given(DataPart.Probe, images, patterns, listing) ?? Subfolder(DataPart.Probe, images, ProbeNames);
        var test = Given(DataPart.Test, images, patterns, listing) ?? Subfolder(DataPart.Test, images, TestNames);
        if (patterns.Train is { } pattern)
            return Meant(DataPart.Train, images, pattern) is { } meant ? new DataPartition(this, listing.Folder, meant, probe, test) : null;
        // A lone 'train' among other folders is a class (VOC, COCO and CIFAR-100 have one): as a part it would leave the others out in silence.
        if (Subfolder(DataPart.Train, images, TrainNames) is { } train
            && (probe is not null || test is not null || train.Files.Count == images.Count))
            return OfSubfolders(listing, patterns, train, probe, test);
        if (patterns.Probe is null && patterns.Test is null) return Split(listing.Folder, images);

        // Probe or test is said: the rest is for training.
        probe = patterns.Probe is null ? null : probe;
        test = patterns.Test is null ? null : test;
        var taken = (probe?.Files ?? []).Concat(test?.Files ?? []).ToHashSet(StringComparer.Ordinal);
        string[] rest = [.. images.Where(image => !taken.Contains(image))];
        return rest.Length > 0 ? new DataPartition(this, listing.Folder, new DataPart(DataPart.Train, rest), probe, test) : null;
    }

    public IImageSource Open(string folder, DataPart part) => new ImageFolder(folder, part.Files);

    public string NameInPart(DataPart part, IImageSource images, int index) =>
        images.Id(index) is var id && id.StartsWith(part.Root, StringComparison.Ordinal) ? id[part.Root.Length..] : id;

    public ImageLabels? Labels(DataPartition partition, DataPart part, IImageSource images) => FolderLabels.Read(partition, part);

    private DataPartition OfSubfolders(DataListing listing, PartPatterns patterns, DataPart train, DataPart? probe, DataPart? test)
    {
        if (probe is null != test is null && patterns.Probe is null && patterns.Test is null && FolderLabels.HasClasses(train))
        {
            test = (test ?? probe)! with { Name = DataPart.Test };
            probe = train with { Name = DataPart.Probe };
        }
        return new DataPartition(this, listing.Folder, train, probe, test);
    }

    private DataPartition Split(string folder, IReadOnlyList<string> images)
    {
        var all = new DataPart(DataPart.Train, images);
        if (!FolderLabels.HasClasses(all)) return new DataPartition(this, folder, all, null, null);
        var parts = images.ToLookup(Share);
        // Too few images for three parts: nothing can be measured, but it can be trained on.
        return parts.Count < 3
            ? new DataPartition(this, folder, all, null, null)
            : new DataPartition(this, folder, Part(DataPart.Train), Part(DataPart.Probe), Part(DataPart.Test));

        DataPart Part(string name) => new(name, [.. parts[name]]);
    }

    private static string Share(string image) =>
        (BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(image))) % 10) switch
        {
            8 => DataPart.Probe,
            9 => DataPart.Test,
            _ => DataPart.Train,
        };

    private static DataPart? Given(string name, IReadOnlyList<string> images, PartPatterns patterns, DataListing listing) =>
        patterns.Given(name) is not { } pattern ? null : Meant(name, images, pattern) ?? throw PartPatterns.NoMatch(pattern, listing);

    private static DataPart? Meant(string name, IReadOnlyList<string> images, PartPattern pattern)
    {
        string[] meant = [.. images.Where(image => pattern.Matches(image) || pattern.Holds(image))];
        return meant.Length > 0 ? new DataPart(name, meant, pattern.Root) : null;
    }

    private static DataPart? Subfolder(string name, IReadOnlyList<string> images, string[] called)
    {
        var tops = images.Select(image => image[..(image.IndexOf('/', StringComparison.Ordinal) + 1)])
            .Where(top => top.Length > 0).Distinct(StringComparer.Ordinal).ToArray();
        var root = called.Select(one => tops.FirstOrDefault(top => string.Equals(top, one + "/", StringComparison.OrdinalIgnoreCase)))
            .FirstOrDefault(top => top is not null);
        return root is null ? null : new DataPart(name, [.. images.Where(image => image.StartsWith(root, StringComparison.Ordinal))], root);
    }
}
