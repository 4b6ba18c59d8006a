using System.Text;

namespace DnC.Workflow.Images.Formats.Tar;

/// <summary>The names that a shard's entries may have: relative, inside the archive, printable on one line.</summary>
internal static class TarNames
{
    /// <summary>Bytes of a name, as long as a path may be on Linux [ours].</summary>
    public const int MaxBytes = 4096;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The text of a name's bytes up to their first NUL; null where they are not UTF-8.</summary>
    public static string? Decode(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf((byte)0);
        try
        {
            return Strict.GetString(end < 0 ? bytes : bytes[..end]);
        }
        catch (DecoderFallbackException)
        {
            // The caller says which entry it is.
            return null;
        }
    }

    /// <summary>Checks a name and takes its empty and '.' parts out.</summary>
    /// <param name="name">As the archive has it.</param>
    /// <param name="clean">The name to use where the result is null.</param>
    /// <returns>What is wrong with the name, or null.</returns>
    public static string? Check(string name, out string clean)
    {
        clean = name;
        if (Strict.GetByteCount(name) > MaxBytes) return $"its name is longer than {MaxBytes} bytes.";
        if (name.Any(c => char.IsControl(c) || c is '\u2028' or '\u2029')) return "its name holds a control character.";
        // Both kinds of slash: the same shard must mean the same on every system.
        if (name.StartsWith('/') || name.StartsWith('\\') || (name.Length > 1 && char.IsAsciiLetter(name[0]) && name[1] == ':'))
            return "its name is an absolute path.";
        if (name.Contains('\\', StringComparison.Ordinal)) return "its name holds a backslash.";
        var parts = name.Split('/');
        if (parts.Contains("..", StringComparer.Ordinal)) return "its name leads out of the archive ('..').";
        clean = string.Join('/', parts.Where(part => part is not ("" or ".")));
        return null;
    }
}
