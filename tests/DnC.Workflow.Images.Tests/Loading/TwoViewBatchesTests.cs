using DnC.Workflow.Images.Augmentation;
using DnC.Workflow.Images.Formats;
using DnC.Workflow.Images.Loading;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Images.Tests.Loading;

public class TwoViewBatchesTests
{
    private const int Side = 12;

    [Theory]
    [InlineData(2, 1)]
    [InlineData(2, 3)]
    [InlineData(4, 8)]
    public void Threads_change_nothing(int threads, int ahead)
    {
        using var source = new MemorySource(45) { Corrupt = [11, 30] };
        Assert.Equal(Record(Batches(source.Set(), 1, 1), 0, 14), Record(Batches(source.Set(heldBytes: 0), threads, ahead), 0, 14));
    }

    [Fact]
    public void A_middle_step_gives_the_tail()
    {
        using var source = new MemorySource(45) { Corrupt = [11] };
        var all = Record(Batches(source.Set(), 2, 3), 0, 12);
        Assert.Equal(all[7..], Record(Batches(source.Set(), 2, 3), 7, 5));
    }

    [Fact]
    public void One_loader_can_be_run_again_and_beside_itself()
    {
        using var source = new MemorySource(20);
        var loader = Batches(source.Set(), 2, 2);
        using var other = loader.From(1).GetEnumerator();
        Assert.True(other.MoveNext());
        var all = Record(loader, 0, 6);
        Assert.Equal(all[1], Describe(other.Current));
        Assert.Equal(all, Record(loader, 0, 6));
    }

    [Fact]
    public void An_epoch_shows_every_image_at_most_once_and_each_epoch_another_order()
    {
        using var source = new MemorySource(38);
        var loader = Batches(source.Set(), 2, 2);
        Assert.Equal((7, 5), (loader.Batch, loader.StepsPerEpoch));
        var steps = loader.From(0).Take(10).Select(batch => (batch.Epoch, Indices: batch.Indices.ToArray())).ToArray();
        Assert.Equal(Enumerable.Repeat(0L, 5).Concat(Enumerable.Repeat(1L, 5)), steps.Select(step => step.Epoch));
        var first = steps[..5].SelectMany(step => step.Indices).ToArray();
        var second = steps[5..].SelectMany(step => step.Indices).ToArray();
        Assert.Equal(35, first.Distinct().Count());
        Assert.Equal(35, second.Distinct().Count());
        Assert.NotEqual(first, second);
    }

    [Fact]
    public void A_set_smaller_than_a_batch_is_one_batch()
    {
        using var source = new MemorySource(4);
        var loader = Batches(source.Set(), 1, 1);
        Assert.Equal((4, 1), (loader.Batch, loader.StepsPerEpoch));
        Assert.All(loader.From(0).Take(3), batch => Assert.Equal([0, 1, 2, 3], batch.Indices.Order()));
    }

    [Fact]
    public void Views_are_those_of_the_derived_plans()
    {
        using var source = new MemorySource(20);
        var set = source.Set();
        var batch = Batches(set, 1, 1).From(5).First();
        var view = new float[3 * Side * Side];
        for (var i = 0; i < batch.Count; i++)
        {
            var image = set.Load(batch.Indices[i])!;
            var draws = DerivedRandom.ForView(99, batch.Epoch, set.IdHash(batch.Indices[i]), 1);
            var plan = ViewPlan.Draw(ViewRecipe.Small.View2, image.Width, image.Height, draws);
            new ViewAugmenter().Augment(image, plan, Side, view);
            Assert.Equal(view, batch.View2.AsSpan(i * view.Length, view.Length));
            Assert.NotEqual(view, batch.View1.AsSpan(i * view.Length, view.Length).ToArray());
        }
    }

    [Fact]
    public void Bad_images_are_replaced_by_others_from_behind_the_batch()
    {
        using var sound = new MemorySource(30);
        using var source = new MemorySource(30) { Corrupt = [3, 8, 9, 21] };
        var set = source.Set();
        var intended = Batches(sound.Set(), 1, 1).From(0).Take(8).Select(batch => batch.Indices.ToArray()).ToArray();
        var actual = Batches(set, 2, 2).From(0).Take(8).Select(batch => batch.Indices.ToArray()).ToArray();
        for (var step = 0; step < 8; step++)
        {
            Assert.Equal(7, actual[step].Distinct().Count());
            for (var i = 0; i < 7; i++)
            {
                if (source.Corrupt.Contains(intended[step][i])) Assert.DoesNotContain(actual[step][i], source.Corrupt);
                else Assert.Equal(intended[step][i], actual[step][i]);
            }
        }
        Assert.Equal([3, 8, 9, 21], set.Bad.Images.Select(image => image.Index));
    }

    [Fact]
    public void Too_many_bad_images_stop_the_consumer()
    {
        using var source = new MemorySource(30) { Corrupt = [3, 8] };
        Assert.Throws<StageFailure>(() => Batches(source.Set(allowedBadShare: 0.05), 2, 2).From(0).Take(20).Count());
    }

    [Fact]
    public void A_set_of_bad_images_alone_fails()
    {
        using var source = new MemorySource(9) { Corrupt = [.. Enumerable.Range(0, 9)] };
        var failure = Assert.Throws<StageFailure>(() => Batches(source.Set(), 2, 2).From(0).First());
        Assert.Contains("None of the 9 images", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_thread_throws_comes_at_its_step()
    {
        using var sound = new MemorySource(35);
        var order = Batches(sound.Set(), 1, 1).From(0).Take(5).Select(batch => batch.Indices.ToArray()).ToArray();
        using var source = new MemorySource(35) { ChangedAt = order[3][2] };
        var seen = 0;
        Assert.Throws<DataChangedException>(() =>
        {
            foreach (var batch in Batches(source.Set(), 4, 4).From(0)) seen++;
        });
        Assert.Equal(3, seen);
    }

    [Fact]
    public void Work_ahead_is_bounded_and_ends_with_the_enumeration()
    {
        using var source = new MemorySource(70);
        foreach (var batch in Batches(source.Set(heldBytes: 0), 4, 3).From(0))
            if (batch.Step == 4) break;
        var reads = source.Reads;
        Assert.InRange(reads, 5 * 7, (5 + 3) * 7);
        Assert.Equal(reads, source.Reads);
    }

    [Fact]
    public void Nonsense_is_refused()
    {
        using var source = new MemorySource(5);
        using var empty = new MemorySource(0);
        Assert.Throws<ArgumentException>(() => Batches(empty.Set(), 1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Batches(source.Set(), 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Batches(source.Set(), 1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Batches(source.Set(), 1, 1).From(-1));
    }

    private static TwoViewBatches Batches(ImageSet set, int threads, int ahead) => new(set, ViewRecipe.Small, Side, 7, 99, threads, ahead);

    private static (long, string, ulong)[] Record(TwoViewBatches batches, long from, int steps) =>
        [.. batches.From(from).Take(steps).Select(Describe)];

    private static (long Step, string Indices, ulong Bits) Describe(ViewBatch batch)
    {
        var bits = batch.View1.Concat(batch.View2).Aggregate(0UL, (hash, value) => DerivedRandom.Derive(hash, BitConverter.SingleToUInt32Bits(value)));
        return (batch.Step, string.Join(',', batch.Indices), bits);
    }
}
