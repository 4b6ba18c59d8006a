using System.Globalization;
using System.Text;

namespace DnC.Workflow.Images.Tests.Formats.Tar;

/// <summary>A tar archive written byte by byte, well formed or not.</summary>
internal sealed class TarBytes
{
    private readonly List<byte> _bytes = [];

    /// <summary>A header, its data and the padding.</summary>
    public TarBytes Add(string name, byte[] data, char type = '0') => Header(name, Octal(data.Length), type).Raw(data).Pad();

    /// <summary>A text file.</summary>
    public TarBytes Add(string name, string text) => Add(name, Encoding.UTF8.GetBytes(text));

    /// <summary>A header alone, with a size field as given.</summary>
    public TarBytes Header(string name, byte[] size, char type = '0', string magic = "ustar\0" + "00", string prefix = "", Action<byte[]>? spoil = null)
    {
        var block = new byte[512];
        Encoding.UTF8.GetBytes(name).CopyTo(block, 0);
        size.CopyTo(block, 124);
        block[156] = (byte)type;
        Encoding.ASCII.GetBytes(magic).CopyTo(block, 257);
        Encoding.UTF8.GetBytes(prefix).CopyTo(block, 345);
        spoil?.Invoke(block);
        block.AsSpan(148, 8).Fill((byte)' ');
        var sum = block.Sum(one => (long)one);
        Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ").CopyTo(block, 148);
        return Raw(block);
    }

    /// <summary>A pax header of the given records.</summary>
    public TarBytes Pax(params (string Key, string Value)[] records) =>
        Add("PaxHeaders/x", Encoding.UTF8.GetBytes(string.Concat(records.Select(r => Record(r.Key, r.Value)))), 'x');

    /// <summary>GNU's long name.</summary>
    public TarBytes LongName(string name) => Add("././@LongLink", Encoding.UTF8.GetBytes(name + "\0"), 'L');

    /// <summary>Bytes as they are.</summary>
    public TarBytes Raw(byte[] bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    /// <summary>Zeros up to the next block.</summary>
    public TarBytes Pad() => Raw(new byte[(512 - _bytes.Count % 512) % 512]);

    /// <summary>The archive without an end mark.</summary>
    public byte[] Open() => [.. _bytes];

    /// <summary>The archive with its end mark.</summary>
    public byte[] Closed() => Raw(new byte[1024]).Open();

    /// <summary>A size field as tar writes it.</summary>
    public static byte[] Octal(long size) => Encoding.ASCII.GetBytes(Convert.ToString(size, 8).PadLeft(11, '0') + "\0");

    private static string Record(string key, string value)
    {
        var rest = Encoding.UTF8.GetByteCount($" {key}={value}\n");
        var length = rest + 1;
        while (length != rest + length.ToString(CultureInfo.InvariantCulture).Length) length = rest + length.ToString(CultureInfo.InvariantCulture).Length;
        return $"{length} {key}={value}\n";
    }
}
