using System.Buffers.Binary;

namespace DnC.Workflow.Images.Decoding;

/// <summary>
/// Width and height as the first bytes of a PNG or BMP file have them, whose fields hold more than the codec takes: it calls such files cut
/// off or invalid. JPEG and WebP have no fields for absurd numbers.
/// </summary>
internal static class DeclaredSize
{
    private static ReadOnlySpan<byte> Png => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>In pixels; null for other formats and for files without a whole header.</summary>
    public static (long Width, long Height)? Of(ReadOnlySpan<byte> file)
    {
        // ISO 15948, 11.2.2: IHDR is the first chunk, behind a length and a name.
        if (file.Length >= 24 && file.StartsWith(Png) && file[12..].StartsWith("IHDR"u8))
            return (BinaryPrimitives.ReadUInt32BigEndian(file[16..]), BinaryPrimitives.ReadUInt32BigEndian(file[20..]));
        // BITMAPINFOHEADER and its successors, which are longer than the 12 bytes of BITMAPCOREHEADER; rows from the top have a negative height.
        if (file.Length >= 26 && file.StartsWith("BM"u8) && BinaryPrimitives.ReadUInt32LittleEndian(file[14..]) > 12)
            return (Math.Abs((long)BinaryPrimitives.ReadInt32LittleEndian(file[18..])), Math.Abs((long)BinaryPrimitives.ReadInt32LittleEndian(file[22..])));
        return null;
    }
}
