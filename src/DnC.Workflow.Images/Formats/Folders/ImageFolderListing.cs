using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Images.Formats.Folders;

/// <summary>Finds the image files below a folder, and keeps to it: no link leads the walk outside or round in a circle.</summary>
internal static class ImageFolderListing
{
    private static readonly EnumerationOptions Entries =
        new() { IgnoreInaccessible = false, AttributesToSkip = FileAttributes.None, ReturnSpecialDirectories = false };

    /// <summary>The relative paths, sorted.</summary>
    public static IReadOnlyList<string> Of(string folder)
    {
        var root = Existing(folder);
        var found = new List<string>();
        try
        {
            Walk(root, new DirectoryInfo(root), "", found);
        }
        catch (Exception cause) when (cause is UnauthorizedAccessException or DirectoryNotFoundException)
        {
            throw new UserInputException($"Data folder {root} cannot be listed: {cause.Message} Give this user the right to read it, or name another folder.", cause);
        }
        found.Sort(StringComparer.Ordinal);
        return found;
    }

    /// <summary>The folder's full path, with the folder itself resolved if it is a link.</summary>
    /// <exception cref="UserInputException">There is no such folder.</exception>
    public static string Existing(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (!Directory.Exists(full)) throw new UserInputException($"Data folder {full} does not exist: give the folder that holds the images.");
        return Directory.ResolveLinkTarget(full, returnFinalTarget: true)?.FullName ?? full;
    }

    private static void Walk(string root, DirectoryInfo folder, string prefix, List<string> found)
    {
        foreach (var entry in folder.EnumerateFileSystemInfos("*", Entries))
        {
            if (entry.Name.StartsWith('.')) continue;
            var link = entry.LinkTarget is not null;
            var isFolder = link ? LeadsToFolder(root, entry) : entry is DirectoryInfo;
            if (!isFolder && !ImageNames.IsImage(entry.Name)) continue;
            CheckName(root, prefix + entry.Name);
            if (!isFolder) found.Add(prefix + entry.Name);
            else if (!link) Walk(root, (DirectoryInfo)entry, prefix + entry.Name + "/", found);
        }
    }

    private static bool LeadsToFolder(string root, FileSystemInfo link)
    {
        FileSystemInfo? target;
        try
        {
            target = link.ResolveLinkTarget(returnFinalTarget: true);
        }
        catch (IOException cause)
        {
            throw new UserInputException($"Link {link.FullName} leads round in a circle: remove it.", cause);
        }
        if (target is null || !target.Exists)
            throw new UserInputException($"Link {link.FullName} leads to {link.LinkTarget}, which does not exist: remove it.");
        if (!IsWithin(root, target.FullName))
            throw new UserInputException(
                $"Link {link.FullName} leads to {target.FullName}, out of the data folder {root}: copy what it leads to, or give a folder that holds both.");
        return Directory.Exists(target.FullName);
    }

    private static bool IsWithin(string root, string path)
    {
        var relative = Path.GetRelativePath(root, path);
        if (Path.IsPathRooted(relative)) return false;
        var at = root;
        foreach (var part in relative.Split(Path.DirectorySeparatorChar))
        {
            // A further link on the way could lead out again.
            at = Path.Combine(at, part);
            if (part == ".." || new FileInfo(at).LinkTarget is not null) return false;
        }
        return true;
    }

    private static void CheckName(string root, string relative)
    {
        var bad = relative.FirstOrDefault(letter => char.IsControl(letter) || letter == '\uFFFD');
        if (bad != '\0')
            throw new UserInputException(
                $"A name below {root} has the character U+{(int)bad:X4}, which member lists cannot hold: rename '{Printable(relative)}'.");
    }

    private static string Printable(string name) => string.Concat(name.Select(letter => char.IsControl(letter) ? '?' : letter));
}
