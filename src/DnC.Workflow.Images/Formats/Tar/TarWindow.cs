using Microsoft.Win32.SafeHandles;

namespace DnC.Workflow.Images.Formats.Tar;

/// <summary>
/// A window over a file for a scan that hops forward: wide where headers are close (small images: few reads), narrow where they are far
/// (large images: nearly nothing read besides headers).
/// </summary>
internal sealed class TarWindow(SafeFileHandle file, long length)
{
    private const int Wide = 1 << 16;
    private const int Narrow = 1 << 10;

    private readonly byte[] _buffer = new byte[Wide];
    private long _start;
    private int _held;

    /// <summary>Up to <paramref name="count"/> bytes (at most a window) at an offset: fewer only where the file ends.</summary>
    public ReadOnlySpan<byte> At(long offset, int count)
    {
        if (offset < _start || offset + count > _start + _held)
        {
            var hop = offset - (_start + _held);
            var ask = Math.Max(count, hop > Wide ? Narrow : Wide);
            (_start, _held) = (offset, Fill(file, _buffer.AsSpan(0, (int)Math.Min(ask, Math.Max(0, length - offset))), offset));
        }
        var at = (int)(offset - _start);
        return _buffer.AsSpan(at, Math.Min(count, _held - at));
    }

    /// <summary>Bytes beyond the window's size, as long headers may be.</summary>
    public byte[] Read(long offset, int count)
    {
        var bytes = new byte[count];
        return Fill(file, bytes, offset) == count ? bytes : throw new EndOfStreamException("The file ended while it was read.");
    }

    /// <summary>Whether anything but zeros lies between an offset and the end of the file.</summary>
    public bool AnythingFrom(long offset)
    {
        for (; offset < length; offset += Wide)
        {
            var rest = At(offset, (int)Math.Min(Wide, length - offset));
            if (rest.IsEmpty || rest.ContainsAnyExcept((byte)0)) return true;
        }
        return false;
    }

    private static int Fill(SafeFileHandle file, Span<byte> bytes, long offset)
    {
        var filled = 0;
        while (filled < bytes.Length && RandomAccess.Read(file, bytes[filled..], offset + filled) is > 0 and var read) filled += read;
        return filled;
    }
}
