using DnC.Workflow.Images.Formats.Cifar;
using DnC.Workflow.Images.Formats.Folders;
using DnC.Workflow.Images.Formats.Tar;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Images.Formats;

/// <summary>The formats a data folder may be in; the first that finds its training part is taken. A new format is registered here.</summary>
internal static class ImageSources
{
    private static readonly IDataLayout[] Layouts = [new ShardLayout(), new CifarLayout(), new FolderLayout()];

    /// <summary>For messages: all that a data folder may be.</summary>
    public static string Expected => string.Join(", or ", Layouts.Select(layout => layout.Expected));

    /// <summary>Chooses the format by looking at the folder.</summary>
    /// <exception cref="UserInputException">No format finds images; a pattern matches nothing; test images are also in another part.</exception>
    public static DataPartition Choose(DataListing listing, PartPatterns patterns)
    {
        var partition = Layouts.Select(layout => layout.Find(listing, patterns)).FirstOrDefault(found => found is not null)
            ?? throw (patterns.Train is { } train ? PartPatterns.NoMatch(train, listing) : Nothing(listing));
        foreach (var other in partition.Parts.Where(part => part.Name != DataPart.Test))
        {
            if (partition.Test?.Files.Intersect(other.Files, StringComparer.Ordinal).FirstOrDefault() is { } shared)
            {
                throw new UserInputException(
                    $"'{shared}' of the data folder '{listing.Folder}' would be in both test and {other.Name}: results would be measured on "
                    + $"images that were learned. Give data.test and data.{other.Name} patterns that have no file in common.");
            }
        }
        return partition;
    }

    private static UserInputException Nothing(DataListing listing)
    {
        string[] kinds = [.. listing.Files.Select(file => Path.GetExtension(file).ToUpperInvariant()).Distinct(StringComparer.Ordinal)];
        var hint = kinds.Contains(".TAR") ? " Shards of other names are taken by data.train, data.probe and data.test."
            : kinds.Any(kind => kind is ".GZ" or ".TGZ" or ".ZIP" or ".ZST" or ".XZ" or ".BZ2") ? " Unpack compressed archives first."
            : "";
        return new UserInputException(
            $"There are no images in the data folder '{listing.Folder}': found are {listing.Found()}. Expected are {Expected}.{hint}");
    }
}
