using DnC.Workflow.Images.Decoding;

namespace DnC.Workflow.Images.Formats;

/// <summary>Image files that a person named one by one, wherever they lie. One that is missing or may not be read is a bad image.</summary>
/// <param name="paths">The files; each is its own id.</param>
public sealed class FileList(IReadOnlyList<string> paths) : IImageSource
{
    /// <inheritdoc/>
    public int Count => paths.Count;

    /// <inheritdoc/>
    public string Id(int index) => paths[index];

    /// <inheritdoc/>
    public string Stamp(int index) => new FileInfo(paths[index]) is { Exists: true } file ? $"{file.Length}-{file.LastWriteTimeUtc.Ticks}" : "-";

    /// <inheritdoc/>
    /// <exception cref="BadImageException">There is no such file, it may not be read, or it is longer than <see cref="Folders.ImageFolder.MaxFileBytes"/>.</exception>
    public ImageBytes Read(int index)
    {
        var path = paths[index];
        if (Directory.Exists(path)) throw new BadImageException(path, "a folder; expected an image file");
        try
        {
            RegularFile.Require(path);
            var length = new FileInfo(path).Length;
            if (length > Folders.ImageFolder.MaxFileBytes)
                throw new BadImageException(path, $"a file of {length} bytes; at most {Folders.ImageFolder.MaxFileBytes} are read");
            return ImageBytes.Compressed(File.ReadAllBytes(path));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new BadImageException(path, "there is no such file");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or Stages.Execution.UserInputException)
        {
            throw new BadImageException(path, e.Message);
        }
    }

    /// <inheritdoc/>
    public string Describe() => $"{Count} image files";

    /// <inheritdoc/>
    public void Dispose()
    {
        // Files are opened for one read at a time: nothing is held.
    }
}
