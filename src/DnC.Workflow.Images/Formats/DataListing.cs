using System.Globalization;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Images.Formats;

/// <summary>The files of a data folder, as paths relative to it with '/' between the parts, in ordinal order.</summary>
internal sealed class DataListing
{
    /// <summary>Folders below one another [ours].</summary>
    private const int MaxDepth = 32;

    private readonly List<string> _files = [];

    private DataListing(string folder) => Folder = folder;

    /// <summary>The data folder.</summary>
    public string Folder { get; }

    /// <summary>Its files; what is hidden (a name that begins with '.') is left out.</summary>
    public IReadOnlyList<string> Files => _files;

    /// <summary>Lists a folder.</summary>
    /// <exception cref="UserInputException">It is missing, no folder, empty or unreadable, or a name in it cannot be an id.</exception>
    public static DataListing Of(string folder)
    {
        if (File.Exists(folder)) throw new UserInputException($"The data folder '{folder}' is a file. Give the folder that it lies in; data.train, data.probe and data.test say which files of it to take.");
        if (!Directory.Exists(folder)) throw new UserInputException($"The data folder '{folder}' does not exist. Give a folder of images with --data, or data.path in the spec.");
        var listing = new DataListing(folder);
        try
        {
            listing.Add(new DirectoryInfo(folder), "", [Real(new DirectoryInfo(folder))]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserInputException($"The data folder '{folder}' cannot be read: {e.Message}", e);
        }
        if (listing._files.Count == 0) throw new UserInputException($"The data folder '{folder}' is empty. Expected are {ImageSources.Expected}.");
        listing._files.Sort(StringComparer.Ordinal);
        return listing;
    }

    /// <summary>What there is, for messages: counts by extension and an example.</summary>
    public string Found()
    {
        var kinds = _files.GroupBy(file => Path.GetExtension(file).ToUpperInvariant()).OrderByDescending(kind => kind.Count()).ThenBy(kind => kind.Key, StringComparer.Ordinal).Take(5)
            .Select(kind => string.Create(CultureInfo.InvariantCulture, $"{kind.Count()} {(kind.Key.Length == 0 ? "without extension" : Path.GetExtension(kind.First()))}"));
        return string.Create(CultureInfo.InvariantCulture, $"{_files.Count} {(_files.Count == 1 ? "file" : "files")} ({string.Join(", ", kinds)}), such as '{_files[0]}'");
    }

    // A link to a folder above itself would go round for ever.
    private void Add(DirectoryInfo folder, string prefix, IReadOnlyList<string> above)
    {
        if (above.Count > MaxDepth) throw new UserInputException($"The data folder '{Folder}' is nested deeper than {MaxDepth} folders at '{prefix}'.");
        foreach (var entry in folder.EnumerateFileSystemInfos())
        {
            if (entry.Name.StartsWith('.')) continue;
            var name = prefix + entry.Name;
            if (entry is not DirectoryInfo below)
            {
                if (IsData(name) && TarNames.Check(name, out _) is { } wrong) throw new UserInputException($"The file '{TarRefusal.Shown(name)}' of the data folder '{Folder}' cannot be used: {wrong} Rename it.");
                _files.Add(name);
            }
            else if (Real(below) is var real && !above.Contains(real, StringComparer.Ordinal)) Add(below, name + "/", [.. above, real]);
        }
    }

    private static bool IsData(string name) =>
        ImageNames.IsImage(name) || name.EndsWith(".tar", StringComparison.Ordinal) || name.EndsWith(".bin", StringComparison.Ordinal);

    private static string Real(DirectoryInfo folder) =>
        (folder.LinkTarget is null ? folder : folder.ResolveLinkTarget(returnFinalTarget: true) ?? folder).FullName;
}
