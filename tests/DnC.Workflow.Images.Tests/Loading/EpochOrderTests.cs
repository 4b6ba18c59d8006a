using CsCheck;
using DnC.Workflow.Images.Loading;

namespace DnC.Workflow.Images.Tests.Loading;

public class EpochOrderTests
{
    [Fact]
    public void Every_epoch_is_a_permutation() =>
        Gen.Select(Gen.ULong, Gen.Long[0, 1_000_000], Gen.Int[1, 3000]).Sample((seed, epoch, count) =>
        {
            var order = new EpochOrder(seed, epoch, count);
            var seen = new bool[count];
            for (var i = 0; i < count; i++) seen[order[i]] = true;
            return seen.All(once => once);
        }, iter: 300);

    [Theory]
    [InlineData(5)]
    [InlineData(8)]
    [InlineData(33)]
    public void Every_image_is_equally_often_at_every_position(int count)
    {
        var epochs = 400 * count;
        var counts = new int[count, count];
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            var order = new EpochOrder(3, epoch, count);
            for (var i = 0; i < count; i++) counts[i, order[i]]++;
        }
        var chi = counts.Cast<int>().Sum(seen => (seen - 400.0) * (seen - 400) / 400);
        var freedom = (count - 1.0) * (count - 1);
        Assert.InRange(chi, freedom - 5 * Math.Sqrt(2 * freedom) - 5, freedom + 5 * Math.Sqrt(2 * freedom) + 5);
    }

    [Fact]
    public void Neighbours_are_torn_apart()
    {
        const int Count = 10_000;
        var order = new EpochOrder(1, 0, Count);
        var steps = Enumerable.Range(0, Count - 1).Select(i => Math.Abs(order[i + 1] - order[i])).ToArray();
        Assert.InRange(steps.Average(), Count / 3.0 - 150, Count / 3.0 + 150);
        Assert.InRange(steps.Count(step => step == 1), 0, 12);
    }

    [Fact]
    public void Seeds_and_epochs_differ()
    {
        Assert.NotEqual(Order(1, 0), Order(1, 1));
        Assert.NotEqual(Order(1, 0), Order(2, 0));
        Assert.Equal(Order(1, 0), Order(1, 0));
        static int[] Order(ulong seed, long epoch)
        {
            var order = new EpochOrder(seed, epoch, 100);
            return [.. Enumerable.Range(0, 100).Select(i => order[i])];
        }
    }

    [Fact]
    public void Positions_outside_the_epoch_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new EpochOrder(1, 0, 10)[10]);
        Assert.Throws<ArgumentOutOfRangeException>(() => new EpochOrder(1, 0, 10)[-1]);
        Assert.Throws<ArgumentOutOfRangeException>(() => new EpochOrder(1, 0, 0));
    }
}
