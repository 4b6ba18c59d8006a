using System.Buffers.Text;

namespace DnC.Workflow.Images.Formats.Tar;

/// <summary>What extension headers (pax 'x', GNU 'L') say of the entry that follows them.</summary>
internal sealed class TarExtensions
{
    /// <summary>Bytes of one extension header [ours]: names and attributes are thousands at most.</summary>
    public const int MaxBytes = 1 << 20;

    /// <summary>Extension headers before one entry [ours]: writers make one or two.</summary>
    public const int MaxHeaders = 8;

    /// <summary>The name, or null where the entry's own header has it.</summary>
    public string? Name { get; private set; }

    /// <summary>The size, or null where the entry's own header has it.</summary>
    public long? Size { get; private set; }

    /// <summary>Extension headers read since the last entry.</summary>
    public int Headers { get; private set; }

    /// <summary>Takes an extension's data in.</summary>
    /// <returns>What is wrong with it, or null.</returns>
    public string? Take(char type, ReadOnlySpan<byte> data)
    {
        if (++Headers > MaxHeaders) return $"more than {MaxHeaders} extension headers stand before one entry.";
        switch (type)
        {
            case 'x':
                return TakePax(data);
            case 'L':
                Name = TarNames.Decode(data);
                return Name is null ? "the long name in it is not UTF-8." : null;
            default:
                // A link's long target ('K') goes with an entry that is refused, a volume's name ('V') and global defaults ('g': comments
                // of archivers such as git's) say nothing of the files.
                return null;
        }
    }

    /// <summary>After an entry: what was said of it does not hold for the next.</summary>
    public void Clear() => (Name, Size, Headers) = (null, null, 0);

    // Records "LENGTH KEY=VALUE\n", LENGTH counting the whole record in decimal.
    private string? TakePax(ReadOnlySpan<byte> data)
    {
        while (data.Length > 0 && data[0] != 0)
        {
            if (!Utf8Parser.TryParse(data, out int length, out var digits) || length > data.Length || digits + 3 > length
                || data[digits] != ' ' || data[length - 1] != '\n')
                return "a record of its pax header is malformed.";
            var record = data[(digits + 1)..(length - 1)];
            data = data[length..];
            var equals = record.IndexOf((byte)'=');
            if (equals < 1) return "a record of its pax header has no key.";
            if (TakeRecord(record[..equals], record[(equals + 1)..]) is { } wrong) return wrong;
        }
        return null;
    }

    private string? TakeRecord(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (key.SequenceEqual("path"u8))
        {
            if (value.Contains((byte)0)) return "the path in its pax header holds a NUL.";
            Name = TarNames.Decode(value);
            return Name is null ? "the path in its pax header is not UTF-8." : null;
        }
        if (key.SequenceEqual("size"u8))
        {
            if (!Utf8Parser.TryParse(value, out long size, out var used) || used != value.Length)
                return "the size in its pax header is no number.";
            Size = size;
            return null;
        }
        return key.StartsWith("GNU.sparse."u8) ? "it is a sparse file, whose bytes are not stored as they are read." : null;
    }
}
