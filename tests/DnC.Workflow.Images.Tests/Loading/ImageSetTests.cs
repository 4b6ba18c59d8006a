using DnC.Workflow.Images.Formats;
using DnC.Workflow.Images.Loading;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Images.Tests.Loading;

public class ImageSetTests
{
    private const int ImageBytes = 3 * MemorySource.Width * MemorySource.Height * sizeof(float);

    [Fact]
    public void Images_are_held_as_far_as_the_budget_reaches()
    {
        using var source = new MemorySource(5);
        var set = source.Set(heldBytes: 3 * ImageBytes + 10);
        for (var round = 0; round < 2; round++)
            for (var i = 0; i < 5; i++) Assert.NotNull(set.Load(i));
        Assert.Equal([1, 1, 1, 2, 2], Enumerable.Range(0, 5).Select(source.ReadsOf));
        Assert.Equal(3 * ImageBytes, set.HeldBytes);
    }

    [Fact]
    public void Held_and_decoded_images_are_the_same()
    {
        using var source = new MemorySource(3);
        Assert.Equal(source.Set(heldBytes: 0).Load(1)!.Data, source.Set().Load(1)!.Data);
        Assert.NotEqual(source.Set().Load(0)!.Data, source.Set().Load(1)!.Data);
    }

    [Fact]
    public void A_set_may_be_some_of_a_source()
    {
        using var source = new MemorySource(10);
        var set = new ImageSet(source, [7, 2], new ImageSetOptions(0));
        Assert.Equal(2, set.Count);
        Assert.Equal(["memory/7.raw", "memory/2.raw"], [set.Id(0), set.Id(1)]);
        Assert.Equal([7, 2], [set.SourceIndex(0), set.SourceIndex(1)]);
        Assert.Equal(source.Set().Load(7)!.Data, set.Load(0)!.Data);
        Assert.Equal(source.Set().IdHash(2), set.IdHash(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ImageSet(source, [10], new ImageSetOptions(0)));
    }

    [Fact]
    public void Bad_images_are_counted_once_and_listed()
    {
        using var source = new MemorySource(10) { Corrupt = [6, 3] };
        var set = source.Set();
        for (var round = 0; round < 3; round++)
            for (var i = 0; i < 10; i++) Assert.Equal(i is 3 or 6, set.Load(i) is null);
        Assert.Equal(2, set.Bad.Count);
        Assert.Equal(["memory/3.raw", "memory/6.raw"], set.Bad.Images.Select(image => image.Id));
        Assert.All(set.Bad.Images, image => Assert.NotEmpty(image.Reason));
        Assert.Equal(1, source.ReadsOf(3));
    }

    [Fact]
    public void Above_the_allowed_share_loading_fails_and_says_what_to_do()
    {
        using var source = new MemorySource(100) { Corrupt = [.. Enumerable.Range(20, 8)] };
        var set = source.Set(allowedBadShare: 0.07);
        for (var i = 0; i < 27; i++) set.Load(i);
        var failure = Assert.Throws<StageFailure>(() => set.Load(27));
        Assert.False(failure.Retryable);
        Assert.StartsWith("At least 8 of 100 images (8 %) could not be read, and 7 % are allowed: memory/20.raw: ", failure.Message, StringComparison.Ordinal);
        Assert.Contains("memory/24.raw", failure.Message, StringComparison.Ordinal);
        Assert.Contains("and 3 more", failure.Message, StringComparison.Ordinal);
        Assert.Contains("data.badImageShare", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Changed_data_is_no_bad_image()
    {
        using var source = new MemorySource(3) { ChangedAt = 1 };
        var set = source.Set();
        Assert.Throws<DataChangedException>(() => set.Load(1));
        Assert.Equal(0, set.Bad.Count);
    }
}
