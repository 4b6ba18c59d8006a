using DnC.Workflow.Images.Demo;
using SkiaSharp;

namespace DnC.Workflow.Images.Tests.Demo;

public class DemoPartTests
{
    [Fact]
    public void Classes_are_a_hundred_of_four_domains_with_names_of_their_own()
    {
        Assert.Equal(100, DemoOptions.Classes);
        Assert.Equal(["fractals", "shapes", "glyphs", "textures"], DemoClass.All.Select(one => one.Domain.Name).Distinct());
        Assert.Equal(100, DemoClass.All.Select(one => one.Name).Distinct().Count());
    }

    [Fact]
    public void Class_sizes_follow_Zipf()
    {
        var options = new DemoOptions();
        var sizes = DemoPart.ZipfSizes(options).OrderDescending().ToArray();
        Assert.Equal(options.Pretrain, sizes.Sum());
        var harmonic = Enumerable.Range(1, 100).Sum(rank => 1.0 / rank);
        for (var rank = 1; rank <= 100; rank++)
            Assert.InRange(sizes[rank - 1], 5900 / harmonic / rank, 2 + 5900 / harmonic / rank);
        Assert.NotEqual(DemoPart.ZipfSizes(options), DemoPart.ZipfSizes(options with { Seed = 1 }));
    }

    [Fact]
    public void Parts_are_shuffled_and_hold_their_classes()
    {
        var options = new DemoOptions(Probe: 250);
        var parts = DemoPart.All(options);
        Assert.Equal(["pretrain", "probe", "test"], parts.Select(part => part.Name));
        Assert.Equal(DemoPart.ZipfSizes(options), DemoClass.All.Select(one => parts[0].Classes.Count(other => other.Id == one.Id)));
        Assert.All(parts[1].Classes.CountBy(one => one.Id), count => Assert.InRange(count.Value, 2, 3));
        Assert.InRange(parts[0].Classes.Zip(parts[0].Classes.Skip(1)).Count(pair => pair.First == pair.Second), 0, 600);
    }

    [Fact]
    public void Pictures_are_sound_and_differ_within_a_class()
    {
        var part = DemoPart.All(new DemoOptions(Probe: 200))[1];
        var seen = new HashSet<string>();
        for (var i = 0; i < part.Classes.Length; i++)
        {
            using var bitmap = SKBitmap.Decode(part.Render(i));
            Assert.Equal((32, 32), (bitmap.Width, bitmap.Height));
            var lightness = bitmap.Pixels.Select(pixel => (double)(pixel.Red + pixel.Green + pixel.Blue)).ToArray();
            var mean = lightness.Average();
            Assert.True(lightness.Average(value => (value - mean) * (value - mean)) > 100, $"image {i} of {part.Classes[i].Name} is empty");
            Assert.True(seen.Add(string.Join(',', bitmap.Pixels.Select(pixel => (uint)pixel))));
        }
    }
}
