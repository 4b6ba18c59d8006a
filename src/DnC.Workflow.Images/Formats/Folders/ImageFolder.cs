using DnC.Workflow.Images.Decoding;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Images.Formats.Folders;

/// <summary>
/// Image files below a folder, flat or in subfolders. What a folder's name says of its images stays with the ids: this source gives no
/// labels. Every file's length and modification time are taken when the source is made and held against the file at each read.
/// </summary>
public sealed class ImageFolder : IImageSource
{
    /// <summary>Longest file that is read, in bytes [ours]; a longer one is a bad image.</summary>
    public const long MaxFileBytes = 512L << 20;

    private readonly string _folder;
    private readonly string[] _ids;
    private readonly (long Length, long Ticks)[] _stamps;

    /// <summary>The files <paramref name="relativePaths"/> of <paramref name="folder"/>, in their order ('/' between the parts).</summary>
    /// <exception cref="UserInputException">The folder is missing.</exception>
    /// <exception cref="ArgumentException">A path is not relative, or leads out of the folder.</exception>
    /// <exception cref="DataChangedException">A file is gone since it was listed.</exception>
    public ImageFolder(string folder, IReadOnlyList<string> relativePaths)
    {
        ArgumentNullException.ThrowIfNull(relativePaths);
        _folder = ImageFolderListing.Existing(folder);
        _ids = [.. relativePaths];
        _stamps = new (long, long)[_ids.Length];
        for (var i = 0; i < _ids.Length; i++)
        {
            if (_ids[i].Length == 0 || Path.IsPathRooted(_ids[i]) || _ids[i].Split('/').Contains(".."))
                throw new ArgumentException($"'{_ids[i]}' is no path below the folder.", nameof(relativePaths));
            _stamps[i] = StampOf(i);
        }
    }

    /// <summary>
    /// The image files below a folder, at any depth, by their extension (.jpg, .jpeg, .png, .webp, .bmp in any case), as paths relative to
    /// it with '/' between the parts, in ordinal order. Hidden files and folders (a name that begins with a dot) are left out, and so are
    /// links to folders within the folder, whose files are found in their own place; links to files within it count as files.
    /// </summary>
    /// <exception cref="UserInputException">
    /// The folder is missing or unreadable, a link leads out of it or nowhere, or a name has control characters or is no valid text.
    /// </exception>
    public static IReadOnlyList<string> List(string folder) => ImageFolderListing.Of(folder);

    /// <inheritdoc/>
    public int Count => _ids.Length;

    /// <inheritdoc/>
    public string Id(int index) => _ids[index];

    /// <inheritdoc/>
    public string Stamp(int index) => $"{_stamps[index].Length}-{_stamps[index].Ticks}";

    /// <inheritdoc/>
    /// <exception cref="BadImageException">The file is longer than <see cref="MaxFileBytes"/>.</exception>
    /// <exception cref="UserInputException">The file may not be read.</exception>
    public ImageBytes Read(int index)
    {
        CheckUnchanged(index);
        var length = _stamps[index].Length;
        if (length > MaxFileBytes) throw new BadImageException(Id(index), $"a file of {length} bytes; at most {MaxFileBytes} are read");
        // Not opened: pipes and devices look like this, and opening one may wait for ever.
        if (length == 0) return ImageBytes.Compressed(ReadOnlyMemory<byte>.Empty);
        var bytes = GC.AllocateUninitializedArray<byte>((int)length);
        var got = Fill(index, bytes);
        CheckUnchanged(index);
        if (got != bytes.Length) throw Changed(index, $"has {got} bytes, {length} were expected");
        return ImageBytes.Compressed(bytes);
    }

    /// <inheritdoc/>
    public string Describe() => $"{Count} image files in {_folder}";

    /// <inheritdoc/>
    public void Dispose()
    {
        // Files are opened for one read at a time: nothing is held.
    }

    private int Fill(int index, byte[] bytes)
    {
        try
        {
            using var file = File.OpenHandle(PathOf(index));
            var got = 0;
            while (got < bytes.Length && RandomAccess.Read(file, bytes.AsSpan(got), got) is > 0 and var more) got += more;
            return got;
        }
        catch (Exception cause) when (cause is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Changed(index, "is gone", cause);
        }
        catch (UnauthorizedAccessException cause)
        {
            throw new UserInputException($"{PathOf(index)} may not be read: give this user the right to read it, or take it out.", cause);
        }
    }

    private void CheckUnchanged(int index)
    {
        if (StampOf(index) is var now && now != _stamps[index])
            throw Changed(index, $"was {Stamp(index)} (bytes-time) and is {now.Length}-{now.Ticks}");
    }

    private (long Length, long Ticks) StampOf(int index)
    {
        var file = new FileInfo(PathOf(index));
        // A link's own length is that of its path: what it leads to is the image.
        if (file.LinkTarget is not null) file = (FileInfo?)file.ResolveLinkTarget(returnFinalTarget: true) ?? file;
        if (!file.Exists) throw Changed(index, "is gone");
        return (file.Length, file.LastWriteTimeUtc.Ticks);
    }

    private string PathOf(int index) => Path.Combine(_folder, _ids[index]);

    private DataChangedException Changed(int index, string how, Exception? cause = null) => new(
        $"{PathOf(index)} {how}: it changed after the folder was listed. Leave the data as it is while a run reads it, and run again.", cause);
}
