using System.Runtime.InteropServices;

namespace DnC.Workflow.Runtime.Artifacts;

/// <summary>Second names for finished files, without a copy of their bytes: these live until the last name is gone.</summary>
internal static partial class HardLinks
{
    /// <summary>Gives a file another name; a copy where the file system has no links, or the name is on another one.</summary>
    /// <param name="file">A file that nobody writes to any more: both names are the same bytes.</param>
    /// <param name="name">A path that is not taken, in a folder that is there.</param>
    /// <exception cref="FileNotFoundException">The file is gone.</exception>
    public static void OrCopy(string file, string name)
    {
        if (OperatingSystem.IsWindows() || Link(file, name) != 0)
            File.Copy(file, name);
    }

    /// <summary>Gives a file another name if nobody has that: of many at once one does. Moves it there where the file system has no links.</summary>
    /// <exception cref="IOException">The name is taken.</exception>
    public static void OnlyOne(string file, string name)
    {
        if (!OperatingSystem.IsWindows() && Link(file, name) == 0)
            return;
        if (File.Exists(name))
            throw new IOException($"'{name}' is there already.");
        File.Move(file, name, overwrite: false);
    }

    /// <summary><see cref="OrCopy"/> for a folder and all in it.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="name">A path that is not taken.</param>
    public static void OrCopyFolder(string folder, string name)
    {
        Durable.CreatePrivate(name);
        foreach (var file in Directory.EnumerateFiles(folder))
            OrCopy(file, Path.Combine(name, Path.GetFileName(file)));
        foreach (var inner in Directory.EnumerateDirectories(folder))
            OrCopyFolder(inner, Path.Combine(name, Path.GetFileName(inner)));
    }

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Link(string file, string name);
}
