using System.Formats.Tar;
using System.Text.Encodings.Web;
using System.Text.Json;
using DnC.Workflow.Images.Formats;

namespace DnC.Workflow.Images.Demo;

/// <summary>Writes a part of a demo set as WebDataset shards: KEY.png, and where it is labelled KEY.cls and KEY.json.</summary>
internal sealed class DemoShards(string folder, int threads, CancellationToken stop)
{
    public const int ImagesPerShard = 2000;
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Renders a part; keys are numbered from <paramref name="firstKey"/> on, so that they are unique in the set.</summary>
    public void Write(DemoPart part, int firstKey)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = stop };
        for (int first = 0, shard = 0; first < part.Classes.Length; first += ImagesPerShard, shard++)
        {
            var files = new byte[Math.Min(ImagesPerShard, part.Classes.Length - first)][];
            var offset = first;
            Parallel.For(0, files.Length, options, i => files[i] = part.Render(offset + i));
            using var stream = File.Create(Path.Combine(folder, $"{part.Name}-{shard:000000}.tar"));
            using (var tar = new TarWriter(stream, TarEntryFormat.Ustar, leaveOpen: true))
            {
                for (var i = 0; i < files.Length; i++)
                {
                    var key = KeyOf(firstKey + first + i);
                    Add(tar, $"{key}.png", files[i]);
                    if (part.Labelled) AddLabel(tar, key, part.Classes[first + i]);
                }
            }
            stream.Flush(flushToDisk: true);
        }
    }

    /// <summary>The key of an image by its number in the set.</summary>
    public static string KeyOf(int number) => $"{number:000000}";

    private static void AddLabel(TarWriter tar, string key, DemoClass one)
    {
        Add(tar, $"{key}.cls", System.Text.Encoding.UTF8.GetBytes($"{one.Id}"));
        Add(tar, $"{key}.json", JsonSerializer.SerializeToUtf8Bytes(new { domain = one.Domain.Name, @class = one.Name }, Plain));
    }

    // No time and no owner: the same set is the same bytes.
    private static void Add(TarWriter tar, string name, byte[] data) =>
        tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name)
        {
            ModificationTime = DateTimeOffset.UnixEpoch,
            Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead,
            DataStream = new MemoryStream(data),
        });
}
