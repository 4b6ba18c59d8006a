using System.Formats.Tar;
using DnC.Workflow.Images.Decoding;
using DnC.Workflow.Images.Formats;

namespace DnC.Workflow.Images.Tests.Decoding;

public class SharedImagesTests
{
    [Fact]
    public void Every_real_image_of_the_small_set_decodes()
    {
        var folder = SharedData();
        Assert.SkipWhen(folder is null, "No ../shared/data beside the repository, and DNC_SHARED_DATA is not set.");
        var decoder = new ImageDecoder();
        var (images, distinct) = (0, new HashSet<float>());
        foreach (var shard in Directory.EnumerateFiles(Path.Combine(folder, "small"), "*.tar").Order(StringComparer.Ordinal))
        {
            using var tar = new TarReader(File.OpenRead(shard));
            while (tar.GetNextEntry() is { } entry)
            {
                if (entry.DataStream is null || Path.GetExtension(entry.Name) is not (".jpg" or ".png")) continue;
                using var file = new MemoryStream();
                entry.DataStream.CopyTo(file);
                var image = decoder.Decode(entry.Name, ImageBytes.Compressed(file.ToArray()), minSide: 32);
                Assert.Equal((32, 32), (image.Width, image.Height));
                distinct.Add(image.Data[1000]);
                images++;
            }
        }
        Assert.InRange(images, 3000, 4000);
        Assert.InRange(distinct.Count, 100, 256);
    }

    private static string? SharedData()
    {
        if (Environment.GetEnvironmentVariable("DNC_SHARED_DATA") is { Length: > 0 } given) return given;
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (Path.Combine(at.FullName, "shared", "data") is var data && Directory.Exists(data)) return data;
        return null;
    }
}
