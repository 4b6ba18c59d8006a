using DnC.Workflow.Stages.Execution;
using Microsoft.Win32.SafeHandles;

namespace DnC.Workflow.Images.Formats.Cifar;

/// <summary>One open CIFAR file, whose size and time are held against those at its opening on every read.</summary>
internal sealed class CifarFile : IDisposable
{
    private readonly SafeFileHandle _handle;
    private readonly string _path;
    private readonly int _recordBytes;
    private readonly (long Bytes, long Ticks) _opened;

    private CifarFile(SafeFileHandle handle, string path, int recordBytes, int first, int count)
    {
        (_handle, _path, _recordBytes, First, Count) = (handle, path, recordBytes, first, count);
        _opened = StampNow();
    }

    public string Name => Path.GetFileName(_path);

    /// <summary>Index of its first record among those of all files.</summary>
    public int First { get; }

    /// <summary>Number of its records.</summary>
    public int Count { get; }

    /// <summary>Size in bytes and modification time in ticks.</summary>
    public string Stamp => $"{_opened.Bytes}-{_opened.Ticks}";

    /// <exception cref="UserInputException">The file is missing or unreadable, or its size is no multiple of a record's.</exception>
    public static CifarFile Open(string folder, string name, CifarKind kind, int first)
    {
        var path = Path.Combine(folder, name);
        SafeFileHandle handle;
        try
        {
            handle = File.OpenHandle(path);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new UserInputException($"{path} cannot be opened: {cause.Message} Give this user the right to read it, or fetch it anew.", cause);
        }
        var bytes = RandomAccess.GetLength(handle);
        if (bytes > 0 && bytes % kind.RecordBytes == 0 && first + bytes / kind.RecordBytes <= int.MaxValue)
            return new CifarFile(handle, path, kind.RecordBytes, first, (int)(bytes / kind.RecordBytes));
        handle.Dispose();
        throw new UserInputException(
            $"{path} has {bytes} bytes; a {kind.Name} file has a multiple of {kind.RecordBytes} ({kind.LabelBytes} of label and 3072 of pixels each). Fetch it anew.");
    }

    /// <summary>Fills a span from a place within a record, given by its index among those of all files.</summary>
    /// <exception cref="DataChangedException">The file is no longer as it was opened.</exception>
    public void Read(int index, int offset, Span<byte> destination)
    {
        var at = (long)(index - First) * _recordBytes + offset;
        var got = 0;
        while (got < destination.Length && RandomAccess.Read(_handle, destination[got..], at + got) is > 0 and var more) got += more;
        if (got < destination.Length || StampNow() != _opened)
            throw new DataChangedException(
                $"{_path} changed while it was read (bytes-time at opening: {Stamp}). Leave the data as it is while a run reads it, and run again.");
    }

    public void Dispose() => _handle.Dispose();

    private (long Bytes, long Ticks) StampNow() => (RandomAccess.GetLength(_handle), File.GetLastWriteTimeUtc(_handle).Ticks);
}
