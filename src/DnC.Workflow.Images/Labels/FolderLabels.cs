using DnC.Workflow.Images.Formats;

namespace DnC.Workflow.Images.Labels;

/// <summary>Classes by the names of the folders right below a part's root.</summary>
internal static class FolderLabels
{
    /// <summary>Whether every image lies in a class's folder, and there are two classes or more.</summary>
    public static bool HasClasses(DataPart part) =>
        part.Files.All(file => Class(part, file) is not null)
        && part.Files.Select(file => Class(part, file)).Distinct(StringComparer.Ordinal).Skip(1).Any();

    /// <summary>The labels of a part, numbered among the classes of all parts; null where an image lies in no class's folder.</summary>
    public static ImageLabels? Read(DataPartition partition, DataPart part)
    {
        LabelRow[] rows = [.. Rows(part)];
        LabelRow[] all = [.. partition.Parts.SelectMany(Rows)];
        return rows.Length < part.Files.Count || !all.Select(row => row.Class).Distinct(StringComparer.Ordinal).Skip(1).Any()
            ? null
            : ImageLabels.Of(rows, all, $"the folders of '{partition.Folder}'");
    }

    private static IEnumerable<LabelRow> Rows(DataPart part) =>
        part.Files.Select(file => Class(part, file)).OfType<string>().Select(name => new LabelRow(null, name));

    private static string? Class(DataPart part, string file)
    {
        if (!file.StartsWith(part.Root, StringComparison.Ordinal)) return null;
        var slash = file.IndexOf('/', part.Root.Length);
        return slash < 0 ? null : file[part.Root.Length..slash];
    }
}
