using System.Buffers.Binary;

namespace DnC.Workflow.Images.Demo;

/// <summary>
/// Writes 8-bit RGB PNG files whose data is stored, not compressed: the bytes depend on the pixels alone and on no library's version,
/// and at 32 pixels a side there is little to save.
/// </summary>
internal static class PngFile
{
    private const int LargestStored = 65535;
    private static readonly uint[] CrcTable = [.. Enumerable.Range(0, 256).Select(CrcOf)];

    /// <summary>The file of width × height pixels of R, G, B bytes.</summary>
    public static byte[] Write(ReadOnlySpan<byte> pixels, int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(pixels.Length, 3 * width * height, nameof(pixels));
        using var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], height);
        (header[8], header[9]) = (8, 2); // bits a channel; RGB. The rest, 0: deflate, filtered by row, not interlaced.
        Chunk(file, "IHDR"u8, header);
        Chunk(file, "IDAT"u8, Stored(Rows(pixels, width, height)));
        Chunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    // Each row begins with its filter, 0 = none.
    private static byte[] Rows(ReadOnlySpan<byte> pixels, int width, int height)
    {
        var rows = new byte[height * (3 * width + 1)];
        for (var y = 0; y < height; y++) pixels.Slice(y * 3 * width, 3 * width).CopyTo(rows.AsSpan(y * (3 * width + 1) + 1));
        return rows;
    }

    // RFC 1950 and 1951: header, stored blocks, Adler-32.
    private static byte[] Stored(ReadOnlySpan<byte> data)
    {
        using var stream = new MemoryStream();
        stream.Write([0x78, 0x01]);
        Span<byte> head = stackalloc byte[5];
        for (var at = 0; at < data.Length; at += LargestStored)
        {
            var length = Math.Min(LargestStored, data.Length - at);
            head[0] = at + length == data.Length ? (byte)1 : (byte)0;
            BinaryPrimitives.WriteUInt16LittleEndian(head[1..], (ushort)length);
            BinaryPrimitives.WriteUInt16LittleEndian(head[3..], (ushort)~length);
            stream.Write(head);
            stream.Write(data.Slice(at, length));
        }
        uint a = 1, b = 0;
        foreach (var value in data)
        {
            a = (a + value) % 65521;
            b = (b + a) % 65521;
        }
        BinaryPrimitives.WriteUInt32BigEndian(head, b << 16 | a);
        stream.Write(head[..4]);
        return stream.ToArray();
    }

    private static void Chunk(MemoryStream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        file.Write(type);
        file.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, ~Crc(Crc(uint.MaxValue, type), data));
        file.Write(number);
    }

    private static uint Crc(uint crc, ReadOnlySpan<byte> data)
    {
        foreach (var value in data) crc = CrcTable[(byte)(crc ^ value)] ^ crc >> 8;
        return crc;
    }

    private static uint CrcOf(int value)
    {
        var crc = (uint)value;
        for (var bit = 0; bit < 8; bit++) crc = (crc & 1) == 0 ? crc >> 1 : 0xEDB88320 ^ crc >> 1;
        return crc;
    }
}
