using System.Buffers.Binary;

namespace DnC.Workflow.Images.Formats.Tar;

/// <summary>One 512-byte header block: POSIX ustar, GNU or the older v7 form.</summary>
internal readonly ref struct TarHeader
{
    public const int Block = 512;

    private readonly ReadOnlySpan<byte> _block;

    public TarHeader(ReadOnlySpan<byte> block) => _block = block[..Block];

    /// <summary>Whether every byte is zero: half of an end mark.</summary>
    public bool IsZero => !_block.ContainsAnyExcept((byte)0);

    /// <summary>What the entry is; v7's NUL is a regular file.</summary>
    public char Type => _block[156] == 0 ? '0' : (char)_block[156];

    /// <summary>Whether the sum of the header is the one it states: a block that is no header does not get by.</summary>
    public bool ChecksumHolds
    {
        get
        {
            if (Octal(_block.Slice(148, 8)) is not { } stated) return false;
            long unsigned = 8 * ' ', signed = 8 * ' ';
            for (var i = 0; i < Block; i++)
            {
                if (i is >= 148 and < 156) continue;
                unsigned += _block[i];
                signed += (sbyte)_block[i];
            }
            // Some old writers summed signed bytes.
            return stated == unsigned || stated == signed;
        }
    }

    /// <summary>The entry's size; null where the field holds no number; may be negative in the binary form.</summary>
    public long? Size => Number(_block.Slice(124, 12));

    /// <summary>The name with ustar's prefix; null where it is not UTF-8.</summary>
    public string? Name
    {
        get
        {
            var name = TarNames.Decode(_block[..100]);
            // GNU's magic is "ustar  ": it keeps times where POSIX keeps the prefix.
            if (!_block.Slice(257, 6).SequenceEqual("ustar\0"u8) || _block[345] == 0) return name;
            var prefix = TarNames.Decode(_block.Slice(345, 155));
            return name is null || prefix is null ? null : $"{prefix}/{name}";
        }
    }

    private static long? Number(ReadOnlySpan<byte> field)
    {
        if ((field[0] & 0x80) == 0) return Octal(field);
        // GNU's binary form: a two's complement number of 12 bytes under the top bit. What does not fit a long is as absurd as a negative.
        var negative = (field[0] & 0x40) != 0;
        if (field[0] != (negative ? 0xff : 0x80) || field[1..4].ContainsAnyExcept(negative ? (byte)0xff : (byte)0)) return long.MinValue;
        return BinaryPrimitives.ReadInt64BigEndian(field[4..]);
    }

    // Spaces, digits, then nothing but spaces and NULs.
    private static long? Octal(ReadOnlySpan<byte> field)
    {
        var text = field.TrimStart((byte)' ');
        long value = 0;
        var digits = 0;
        while (digits < text.Length && text[digits] is >= (byte)'0' and <= (byte)'7')
            value = (value << 3) + (text[digits++] - '0');
        if (digits == 0 && text.Length > 0 && text[0] != 0) return null;
        return text[digits..].ContainsAnyExcept((byte)0, (byte)' ') ? null : value;
    }
}
