using System.Buffers.Binary;
using System.Text.Json;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Weights;

/// <summary>
/// Named tensors as a safetensors file: 8 bytes of header length, a JSON header, raw little-endian data. Equal tensors give equal bytes.
/// Source: the format's published description (huggingface/safetensors).
/// </summary>
public static class SafetensorsFile
{
    // The format's own bound.
    private const int MaxHeader = 100_000_000;

    /// <summary>Writes the tensors in the order of their names and forces them to disk.</summary>
    /// <param name="path">A new file.</param>
    /// <param name="tensors">Tensors of any device and layout; stored as contiguous.</param>
    public static void Write(string path, IEnumerable<KeyValuePair<string, Tensor>> tensors)
    {
        using var scope = NewDisposeScope();
        var ordered = tensors.OrderBy(t => t.Key, StringComparer.Ordinal)
            .Select(t => (Name: t.Key, Value: t.Value.detach().cpu().contiguous())).ToList();
        var header = new SortedDictionary<string, SafetensorsEntry>(StringComparer.Ordinal);
        long offset = 0;
        foreach (var (name, value) in ordered)
        {
            var type = SafetensorsEntry.Types.First(t => t.Type == value.dtype);
            var bytes = value.numel() * type.Size;
            header[name] = new SafetensorsEntry(type.Name, value.shape, [offset, offset + bytes]);
            offset += bytes;
        }

        var json = JsonSerializer.SerializeToUtf8Bytes(header);
        // Data starts at a multiple of 8, padded with spaces as the format asks.
        var padded = (json.Length + 7) / 8 * 8;
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 20);
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, padded);
        file.Write(length);
        file.Write(json);
        for (var i = json.Length; i < padded; i++)
            file.WriteByte((byte)' ');
        foreach (var (_, value) in ordered)
            file.Write(value.bytes);
        file.Flush(flushToDisk: true);
    }

    /// <summary>Reads every tensor, on the CPU. They belong to the caller's dispose scope.</summary>
    /// <exception cref="WeightsFileException">The file is no safetensors file or is damaged.</exception>
    public static Dictionary<string, Tensor> Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20);
        var (entries, start) = ReadHeader(file, path);
        var tensors = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        foreach (var (name, entry) in entries.OrderBy(e => e.Value.Offsets[0]))
        {
            var (type, _) = entry.Check(name, file.Length - start, path);
            var tensor = empty(entry.Shape, type);
            file.Position = start + entry.Offsets[0];
            file.ReadExactly(tensor.bytes);
            tensors[name] = tensor;
        }

        return tensors;
    }

    /// <summary>Names and shapes alone, without the values.</summary>
    /// <exception cref="WeightsFileException">The file is no safetensors file or is damaged.</exception>
    public static Dictionary<string, long[]> Shapes(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        return ReadHeader(file, path).Entries.ToDictionary(e => e.Key, e => e.Value.Shape, StringComparer.Ordinal);
    }

    private static (Dictionary<string, SafetensorsEntry> Entries, long Start) ReadHeader(FileStream file, string path)
    {
        Span<byte> length = stackalloc byte[8];
        if (file.ReadAtLeast(length, 8, throwOnEndOfStream: false) < 8)
            throw new WeightsFileException(path, "it ends inside its first 8 bytes");
        var size = BinaryPrimitives.ReadInt64LittleEndian(length);
        if (size is < 2 or > MaxHeader || size > file.Length - 8)
            throw new WeightsFileException(path, $"its header claims {size} bytes of {file.Length}");
        var json = new byte[size];
        file.ReadExactly(json);
        try
        {
            using var header = JsonDocument.Parse(json);
            var entries = new Dictionary<string, SafetensorsEntry>(StringComparer.Ordinal);
            foreach (var property in header.RootElement.EnumerateObject())
            {
                // Other programs' texts on the file.
                if (property.Name != "__metadata__")
                    entries[property.Name] = property.Value.Deserialize<SafetensorsEntry>() ?? throw new JsonException($"'{property.Name}' is null");
            }

            foreach (var (name, entry) in entries)
                entry.Check(name, file.Length - 8 - size, path);
            return (entries, 8 + size);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new WeightsFileException(path, $"its header is no JSON of the right form ({e.Message})", e);
        }
    }
}
