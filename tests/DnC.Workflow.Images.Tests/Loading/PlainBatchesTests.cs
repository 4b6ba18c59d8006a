using DnC.Workflow.Images.Augmentation;
using DnC.Workflow.Images.Loading;

namespace DnC.Workflow.Images.Tests.Loading;

public class PlainBatchesTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Images_come_in_order_without_the_bad_ones(int threads)
    {
        using var source = new MemorySource(23) { Corrupt = [0, 9, 10, 11, 22] };
        var batches = new PlainBatches(source.Set(), 8, 3, threads).From(0).Select(batch => batch.Indices[..batch.Count]).ToArray();
        Assert.Equal(Enumerable.Range(0, 23).Except(source.Corrupt), batches.SelectMany(batch => batch));
        Assert.All(batches, Assert.NotEmpty);
    }

    [Fact]
    public void Images_are_plain_and_normalised()
    {
        using var source = new MemorySource(5) { Corrupt = [1] };
        var set = source.Set();
        var batch = new PlainBatches(set, 8, 64, 2).From(0).Single();
        Assert.Equal(4, batch.Count);
        var image = new float[3 * 8 * 8];
        for (var i = 0; i < batch.Count; i++)
        {
            new CropResize().Plain(set.Load(batch.Indices[i])!, 8, image);
            Normalization.Apply(image);
            Assert.Equal(image, batch.Data.AsSpan(i * image.Length, image.Length));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(17)]
    [InlineData(22)]
    [InlineData(23)]
    [InlineData(40)]
    public void Any_image_can_be_the_first(int first)
    {
        using var source = new MemorySource(23);
        var indices = new PlainBatches(source.Set(), 8, 5, 2).From(first).SelectMany(batch => batch.Indices[..batch.Count]);
        Assert.Equal(Enumerable.Range(0, 23).Skip(first), indices);
    }
}
