using System.Globalization;
using DnC.Workflow.Images.Formats.Tar;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Images.Formats;

/// <summary>The files of a data folder, as paths relative to it with '/' between the parts, in ordinal order.</summary>
internal sealed class DataListing
{
    private static readonly EnumerationOptions Entries = new() { IgnoreInaccessible = false, AttributesToSkip = FileAttributes.None };

    private readonly List<string> _files = [];
    private bool _links;

    private DataListing(string folder) => Folder = folder;

    /// <summary>The data folder.</summary>
    public string Folder { get; }

    /// <summary>Its files; what is hidden (a name that begins with '.') and what links to folders hold is left out.</summary>
    public IReadOnlyList<string> Files => _files;

    /// <summary>Lists a folder.</summary>
    /// <exception cref="UserInputException">It is missing, no folder, empty or unreadable.</exception>
    public static DataListing Of(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        CheckLink(folder);
        if (File.Exists(folder))
        {
            throw new UserInputException(
                $"The data folder '{folder}' is a file. Give the folder that it lies in; data.train, data.probe and data.test say which files "
                + "of it to take.");
        }
        if (!Directory.Exists(folder))
            throw new UserInputException($"The data folder '{folder}' does not exist. Give a folder of images with --data, or data.path in the spec.");
        var listing = new DataListing(folder);
        try
        {
            listing.Add(new DirectoryInfo(folder), "");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserInputException($"The data folder '{folder}' cannot be read: {e.Message} Give this user the right to read it, or name another folder.", e);
        }
        if (listing._files.Count == 0 && !listing._links)
            throw new UserInputException($"The data folder '{folder}' is empty. Expected are {ImageSources.Expected}.");
        listing._files.Sort(StringComparer.Ordinal);
        return listing;
    }

    /// <summary>What there is, for messages: counts by extension and an example.</summary>
    public string Found()
    {
        if (_files.Count == 0) return "nothing but links to folders";
        var kinds = _files.GroupBy(file => Path.GetExtension(file), StringComparer.OrdinalIgnoreCase)
            .OrderByDescending(kind => kind.Count()).ThenBy(kind => kind.Key, StringComparer.Ordinal).Take(5)
            .Select(kind => $"{kind.Count()} {(kind.Key.Length == 0 ? "without extension" : TarRefusal.Shown(kind.Key))}");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{_files.Count} {(_files.Count == 1 ? "file" : "files")} ({string.Join(", ", kinds)}), such as '{TarRefusal.Shown(_files[0])}'");
    }

    /// <summary>A link that leads nowhere counts as a file where it is asked whether there is one.</summary>
    private static void CheckLink(string folder)
    {
        var link = new FileInfo(Path.TrimEndingDirectorySeparator(folder));
        if (link.LinkTarget is not { } target) return;
        try
        {
            if (!Path.Exists(link.ResolveLinkTarget(returnFinalTarget: true)?.FullName))
                throw new UserInputException($"The data folder '{folder}' is a link to '{target}', which does not exist. Give the folder that holds the images.");
        }
        catch (IOException e)
        {
            throw new UserInputException($"The data folder '{folder}' is a link to '{target}', which leads round in a circle. Give the folder that holds the images.", e);
        }
    }

    private void Add(DirectoryInfo folder, string prefix)
    {
        foreach (var entry in folder.EnumerateFileSystemInfos("*", Entries))
        {
            if (entry.Name.StartsWith('.')) continue;
            var name = prefix + entry.Name;
            if (entry is not DirectoryInfo below) _files.Add(name);
            // A link to a folder may go round in a circle, and out of the data folder.
            else if (below.LinkTarget is not null) _links = true;
            else Add(below, name + "/");
        }
    }
}
