using DnC.Workflow.Images.Augmentation;

namespace DnC.Workflow.Images.Loading;

/// <summary>
/// The set's images one after another, un-augmented (<see cref="CropResize.Plain"/>), made by background threads ahead of their use. Bad
/// images are left out; a batch's indices say which are there.
/// </summary>
public sealed class PlainBatches
{
    private readonly ImageSet _set;
    private readonly int _side;
    private readonly int _batch;
    private readonly int _threads;

    /// <summary>Batches of up to <paramref name="batch"/> images at <paramref name="side"/> pixels.</summary>
    public PlainBatches(ImageSet set, int side, int batch, int threads)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(side);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batch);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threads);
        (_set, _side, _threads) = (set, side, threads);
        _batch = Math.Max(1, Math.Min(batch, set.Count));
    }

    /// <summary>The batches that begin with an image, to the end of the set; none is empty.</summary>
    public IEnumerable<PlainBatch> From(int firstImage)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(firstImage);
        return Run(firstImage);
    }

    private IEnumerable<PlainBatch> Run(int firstImage)
    {
        var augmenters = Enumerable.Range(0, _threads).Select(_ => new ViewAugmenter()).ToArray();
        var count = (Math.Max(0, _set.Count - firstImage) + _batch - 1) / _batch;
        var batches = OrderedPrefetch<PlainBatch>.Run(
            0, count, _threads, 2 * _threads, () => new PlainBatch(_batch, _side),
            (number, batch, worker, stop) => Fill(firstImage, number, batch, augmenters[worker], stop));
        foreach (var batch in batches)
            if (batch.Count > 0) yield return batch;
    }

    private void Fill(int firstImage, long number, PlainBatch batch, ViewAugmenter augmenter, CancellationToken stop)
    {
        var first = firstImage + (int)number * _batch;
        var length = 3 * _side * _side;
        batch.Count = 0;
        for (var index = first; index < Math.Min(first + _batch, _set.Count); index++)
        {
            stop.ThrowIfCancellationRequested();
            if (_set.Load(index) is not { } image) continue;
            augmenter.Plain(image, _side, batch.Data.AsSpan(batch.Count * length, length));
            batch.Indices[batch.Count++] = index;
        }
    }
}
