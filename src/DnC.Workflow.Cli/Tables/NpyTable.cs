using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Cli.Tables;

/// <summary>
/// NumPy's format, version 1.0: float32, (rows, width), C order; the ids stand beside it, a line for each row. Source: the format's
/// published description (numpy.lib.format).
/// </summary>
internal sealed partial class NpyTable : ITableFormat
{
    // Magic, version, and the length of what follows; together with it a multiple of 64.
    private const int Prefix = 10;
    private const int Alignment = 64;

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0];

    public string Extension => ".npy";

    public string IdsBeside(string path) => Path.ChangeExtension(path, ".ids.txt");

    public void Write(string path, string? ids, TableShape shape, long rows, IEnumerable<TablePart> parts)
    {
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 20);
        using var names = new StreamWriter(ids!, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { NewLine = "\n" };
        var header = string.Create(CultureInfo.InvariantCulture, $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({rows}, {shape.Width}), }}");
        var length = ((Prefix + header.Length + 1 + Alignment - 1) / Alignment * Alignment) - Prefix;
        Span<byte> size = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(size, (ushort)length);
        file.Write(Magic);
        file.Write(size);
        file.Write(Encoding.ASCII.GetBytes(header.PadRight(length - 1) + "\n"));
        foreach (var part in parts)
        {
            file.Write(MemoryMarshal.AsBytes(part.Values.AsSpan()));
            foreach (var id in part.Ids)
                names.WriteLine(id);
        }

        file.Flush(flushToDisk: true);
        names.Flush();
        ((FileStream)names.BaseStream).Flush(flushToDisk: true);
    }

    public TableShape Shape(string path)
    {
        using var file = File.OpenRead(path);
        return new TableShape(Header(file, path).Width, null, new Dictionary<string, string>(StringComparer.Ordinal));
    }

    public IEnumerable<TablePart> Read(string path)
    {
        var beside = IdsBeside(path);
        if (!File.Exists(beside))
            throw new UserInputException($"'{path}': the ids of its rows are missing; expected them in '{beside}', a line each, as 'dnc embed' writes them.");
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20);
        using var names = new StreamReader(beside);
        var (rows, width) = Header(file, path);
        for (long row = 0; row < rows; row += TableFormats.PartRows)
        {
            var count = (int)Math.Min(TableFormats.PartRows, rows - row);
            var values = new float[count * width];
            file.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
            var ids = new string[count];
            for (var i = 0; i < count; i++)
                ids[i] = names.ReadLine() ?? throw new UserInputException($"'{beside}': has {row + i} ids for the {rows} rows of '{path}'. They do not belong together; embed again.");
            yield return new TablePart(ids, values);
        }

        if (names.ReadLine() is not null)
            throw new UserInputException($"'{beside}': has more ids than '{path}' has rows, {rows}. They do not belong together; embed again.");
    }

    private static (long Rows, int Width) Header(FileStream file, string path)
    {
        Span<byte> prefix = stackalloc byte[Prefix];
        if (file.ReadAtLeast(prefix, Prefix, throwOnEndOfStream: false) == Prefix && prefix[..8].SequenceEqual(Magic))
        {
            var text = new byte[BinaryPrimitives.ReadUInt16LittleEndian(prefix[8..])];
            if (file.ReadAtLeast(text, text.Length, throwOnEndOfStream: false) == text.Length
                && Form().Match(Encoding.ASCII.GetString(text)) is { Success: true } form
                && long.TryParse(form.Groups["rows"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var rows)
                && int.TryParse(form.Groups["width"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var width)
                && width > 0 && (Int128)rows * width * sizeof(float) == file.Length - file.Position)
                return (rows, width);
        }

        throw new UserInputException($"'{path}': is no table of 'dnc embed', or was cut; expected NumPy's format 1.0 with float32 values of (rows, width).");
    }

    [GeneratedRegex(@"^\{'descr': '<f4', 'fortran_order': False, 'shape': \((?<rows>\d+), (?<width>\d+)\),? *\} *\n$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Form();
}
