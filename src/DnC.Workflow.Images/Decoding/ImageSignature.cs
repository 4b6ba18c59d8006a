namespace DnC.Workflow.Images.Decoding;

/// <summary>The first bytes by which the formats read here are known; a file's extension is not trusted.</summary>
internal static class ImageSignature
{
    private static ReadOnlySpan<byte> Jpeg => [0xFF, 0xD8, 0xFF];

    private static ReadOnlySpan<byte> Png => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>JPEG, PNG, WebP or BMP. Everything else that Skia could open (GIF, ICO, camera raw) is kept away from it.</summary>
    public static bool IsKnown(ReadOnlySpan<byte> file) =>
        file.StartsWith(Jpeg) || file.StartsWith(Png) || IsWebP(file) || file.StartsWith("BM"u8);

    private static bool IsWebP(ReadOnlySpan<byte> file) =>
        file.Length >= 12 && file.StartsWith("RIFF"u8) && file[8..].StartsWith("WEBP"u8);
}
