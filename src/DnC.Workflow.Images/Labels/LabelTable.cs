using DnC.Workflow.Images.Formats;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Images.Labels;

/// <summary>The labels of one part. Evaluation alone opens it; an architecture test sees to that.</summary>
/// <remarks>
/// A <c>labels.csv</c> beside the images is taken where it covers the part (and, for probe and test, both of them, so that their numbers
/// agree); otherwise what the format itself holds: <c>.cls</c> and <c>.json</c> members of shards, names of class folders, CIFAR's bytes.
/// Labels of probe and test are comparable with each other always, with those of train where both come from the same kind of source.
/// </remarks>
public sealed class LabelTable
{
    private LabelTable(ImageLabels labels)
    {
        ClassOf = labels.Classes;
        ClassNames = labels.ClassNames;
        DomainOf = labels.Domains;
        DomainNames = labels.DomainNames;
    }

    /// <summary>The class of each image, in the order of the part's source: an index into <see cref="ClassNames"/>.</summary>
    public int[] ClassOf { get; }

    /// <summary>Names of the classes; one without a name is called by its number. Some may have no image in this part.</summary>
    public string[] ClassNames { get; }

    /// <summary>The domain of each image; null where the data names none.</summary>
    public int[]? DomainOf { get; }

    /// <summary>Names of the domains.</summary>
    public string[]? DomainNames { get; }

    /// <summary>Opens the labels of a part.</summary>
    /// <param name="parts">The opened data folder.</param>
    /// <param name="part">'train', 'probe' or 'test'.</param>
    /// <returns>Null where the data has no such part or no labels for it; also where only some images of 'train' have one.</returns>
    /// <exception cref="UserInputException">Labels are malformed or contradict one another, or only some images of probe or test have one.</exception>
    public static LabelTable? Open(DataParts parts, string part)
    {
        ArgumentNullException.ThrowIfNull(parts);
        if (parts.Partition.Parts.FirstOrDefault(one => one.Name == part) is not { } wanted) return null;
        var labels = FromCsv(parts, wanted) ?? parts.Partition.Layout.Labels(parts.Partition, wanted, parts.Source(part)!);
        return labels is null ? null : new LabelTable(labels);
    }

    private static ImageLabels? FromCsv(DataParts parts, DataPart wanted)
    {
        if (parts.LabelsFile is not { } file || LabelCsv.Read(file) is not { } csv) return null;
        var together = wanted.Name == DataPart.Train ? [wanted] : parts.Partition.Parts.Where(part => part.Name != DataPart.Train);
        foreach (var part in together)
        {
            // A part that the file does not speak of may have labels of its own.
            if (csv.RowsOf(part, parts.Partition.Layout, parts.Source(part.Name)!) is null) return null;
        }
        var rows = csv.RowsOf(wanted, parts.Partition.Layout, parts.Source(wanted.Name)!)!;
        return ImageLabels.Of(rows, csv.Rows, $"'{file}'");
    }
}
