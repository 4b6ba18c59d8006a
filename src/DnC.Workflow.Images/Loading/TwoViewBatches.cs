using DnC.Workflow.Images.Augmentation;
using DnC.Workflow.Images.Decoding;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Images.Loading;

/// <summary>
/// Batches of two augmented views per image, made by background threads ahead of the step. The order of an epoch and every draw are
/// derived from (seed, epoch, image id), so a step's batch is the same bits whatever the number of threads and wherever one starts.
/// </summary>
/// <remarks>
/// An epoch drops its last, incomplete batch; a set smaller than a batch is one batch. A bad image is replaced by the next image of the
/// epoch's order behind the batch, so that no image stands in a batch twice as long as the set has others.
/// </remarks>
public sealed class TwoViewBatches
{
    private readonly ImageSet _set;
    private readonly ViewRecipe _recipe;
    private readonly int _side;
    private readonly ulong _seed;
    private readonly int _threads;
    private readonly int _ahead;

    /// <summary>
    /// Batches of <paramref name="batch"/> images at <paramref name="side"/> pixels, made by <paramref name="threads"/> threads at most
    /// <paramref name="ahead"/> batches ahead of the one in use.
    /// </summary>
    /// <exception cref="ArgumentException">The set is empty, or a number is not positive.</exception>
    public TwoViewBatches(ImageSet set, ViewRecipe recipe, int side, int batch, ulong seed, int threads, int ahead)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(side);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batch);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threads);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(ahead);
        if (set.Count == 0) throw new ArgumentException("There is no image in the set.", nameof(set));
        (_set, _recipe, _side, _seed, _threads, _ahead) = (set, recipe, side, seed, threads, ahead);
        Batch = Math.Min(batch, set.Count);
        StepsPerEpoch = set.Count / Batch;
    }

    /// <summary>Images in a batch: the number asked for, or the whole set where that is smaller.</summary>
    public int Batch { get; }

    /// <summary>Whole batches in an epoch.</summary>
    public int StepsPerEpoch { get; }

    /// <summary>
    /// The batches from a step on, without end. Threads run while the enumeration does; what one of them throws is thrown at the step it
    /// concerns.
    /// </summary>
    public IEnumerable<ViewBatch> From(long step)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        return Run(step);
    }

    private IEnumerable<ViewBatch> Run(long step)
    {
        var augmenters = Enumerable.Range(0, _threads).Select(_ => new ViewAugmenter()).ToArray();
        var batches = OrderedPrefetch<ViewBatch>.Run(
            step, long.MaxValue, _threads, _ahead, () => new ViewBatch(Batch, _side),
            (number, batch, worker, stop) => Fill(number, batch, augmenters[worker], stop));
        foreach (var batch in batches) yield return batch;
    }

    private void Fill(long step, ViewBatch batch, ViewAugmenter augmenter, CancellationToken stop)
    {
        batch.Step = step;
        batch.Epoch = step / StepsPerEpoch;
        var order = new EpochOrder(_seed, batch.Epoch, _set.Count);
        var first = (int)(step % StepsPerEpoch) * Batch;
        var spare = 0;
        for (var i = 0; i < Batch; i++)
        {
            stop.ThrowIfCancellationRequested();
            var index = order[first + i];
            var image = _set.Load(index);
            for (; image is null; image = _set.Load(index))
            {
                stop.ThrowIfCancellationRequested();
                if (spare == _set.Count) throw new StageFailure($"None of the {_set.Count} images can be read.", retryable: false);
                index = order[(first + Batch + spare++) % _set.Count];
            }
            batch.Indices[i] = index;
            Augment(image, index, batch, i, augmenter);
        }
    }

    private void Augment(PlanarImage image, int index, ViewBatch batch, int place, ViewAugmenter augmenter)
    {
        var id = _set.IdHash(index);
        var length = 3 * _side * _side;
        var draws1 = DerivedRandom.ForView(_seed, batch.Epoch, id, 0);
        var draws2 = DerivedRandom.ForView(_seed, batch.Epoch, id, 1);
        var plan1 = ViewPlan.Draw(_recipe.View1, image.Width, image.Height, draws1);
        var plan2 = ViewPlan.Draw(_recipe.View2, image.Width, image.Height, draws2);
        augmenter.Augment(image, plan1, _side, batch.View1.AsSpan(place * length, length));
        augmenter.Augment(image, plan2, _side, batch.View2.AsSpan(place * length, length));
    }
}
