using System.Formats.Tar;
using DnC.Workflow.Images.Demo;

namespace DnC.Workflow.Cli.Tests.EndToEnd;

/// <summary>Images for all tests of this assembly, rendered once.</summary>
public sealed class SmallData : IDisposable
{
    public const int Pretrain = 300;
    public const int Labelled = 200;
    private readonly TestFolder _folder = new();

    public SmallData()
    {
        Shards = _folder.At("shards");
        DemoSet.Ensure(Shards, new DemoOptions(Pretrain, Labelled, Labelled), threads: 2);
    }

    /// <summary>WebDataset shards with labels.</summary>
    public string Shards { get; }

    /// <summary>The pictures of the training part, as PNG files by name.</summary>
    public IEnumerable<(string Name, byte[] Bytes)> Pictures()
    {
        foreach (var shard in Directory.EnumerateFiles(Shards, "pretrain-*.tar").Order(StringComparer.Ordinal))
        {
            using var stream = File.OpenRead(shard);
            using var reader = new TarReader(stream);
            while (reader.GetNextEntry() is { } entry)
            {
                if (entry.DataStream is null || !entry.Name.EndsWith(".png", StringComparison.Ordinal))
                    continue;
                using var bytes = new MemoryStream();
                entry.DataStream.CopyTo(bytes);
                yield return (entry.Name.Replace('/', '-'), bytes.ToArray());
            }
        }
    }

    /// <summary>Writes the pictures into a flat folder, some of them spoilt.</summary>
    public void WriteFlat(string folder, int spoilt)
    {
        foreach (var (index, (name, bytes)) in Pictures().Index())
        {
            var whole = index >= spoilt ? bytes : index % 2 == 0 ? bytes[..40] : Enormous(bytes);
            File.WriteAllBytes(Path.Combine(folder, name), whole);
        }
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>A header that promises 60,000 x 60,000 pixels: the check sum of IHDR is right.</summary>
    private static byte[] Enormous(byte[] png)
    {
        byte[] changed = [.. png];
        byte[] side = [0, 0, 0xEA, 0x60];
        side.CopyTo(changed, 16);
        side.CopyTo(changed, 20);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(changed.AsSpan(29), Crc(changed.AsSpan(12, 17)));
        return changed;
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var one in bytes)
        {
            crc ^= one;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
        }

        return ~crc;
    }
}
