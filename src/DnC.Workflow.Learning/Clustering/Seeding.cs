using DnC.Workflow.Images.Loading;
using DnC.Workflow.Learning.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Clustering;

/// <summary>
/// Greedy k-means++ (Arthur and Vassilvitskii 2007, section 5; as in scikit-learn): each next centroid is the best of 2 + ⌊ln K⌋ rows
/// drawn in proportion to their squared distance from the nearest centroid so far [ours]. One stream over the sample a centroid.
/// </summary>
internal static class Seeding
{
    public static Centroids Choose(FeatureMatrix matrix, int[]? rows, RowGeometry geometry, KMeansSettings settings, ulong seed, Device device)
    {
        var draws = new DerivedRandom(DerivedRandom.Derive(seed, DerivedRandom.HashOf("seeding")));
        var wanted = Math.Max(settings.SeedingRows, 8L * settings.Clusters);
        var all = rows?.Length ?? matrix.Rows;
        var sample = wanted >= all ? rows : SampleRows(all, (int)wanted, ref draws);
        if (rows is not null && wanted < all)
            sample = Array.ConvertAll(sample!, position => rows[position]);
        return new Choice(new RowBlocks(matrix, device, sample), geometry, settings.Clusters).Grow(ref draws);
    }

    /// <summary>n distinct rows in ascending order, every set of n equally likely (Knuth's algorithm S).</summary>
    private static int[] SampleRows(int rows, int n, ref DerivedRandom draws)
    {
        var sample = new int[n];
        for (int row = 0, taken = 0; taken < n; row++)
        {
            if (draws.Below(rows - row) < n - taken)
                sample[taken++] = row;
        }
        return sample;
    }

    private sealed class Choice
    {
        private readonly RowBlocks _blocks;
        private readonly RowGeometry _geometry;
        private readonly double[] _distances;
        private readonly Centroids _chosen;

        public Choice(RowBlocks blocks, RowGeometry geometry, int clusters)
        {
            (_blocks, _geometry) = (blocks, geometry);
            _distances = new double[blocks.Count];
            _chosen = new Centroids(new float[(long)clusters * blocks.Matrix.Columns], blocks.Matrix.Columns);
        }

        public Centroids Grow(ref DerivedRandom draws)
        {
            // By cosine, rows of zeros have no direction and cannot be centroids; 1 for all others makes the first draw uniform among them.
            for (var i = 0; i < _distances.Length; i++)
                _distances[i] = _geometry.CanLead(_blocks.RowAt(i)) ? 1 : 0;
            Take(0, [Draw(ref draws)], first: true);
            var trials = 2 + (int)Math.Log(_chosen.Count);
            for (var k = 1; k < _chosen.Count; k++)
            {
                var candidates = new int[trials];
                for (var t = 0; t < trials; t++)
                    candidates[t] = Draw(ref draws);
                Take(k, candidates, first: false);
            }
            return _chosen;
        }

        /// <summary>A position in proportion to its distance; uniform when every row is at a centroid already.</summary>
        private int Draw(ref DerivedRandom draws)
        {
            var total = _distances.Sum();
            if (!(total > 0))
                return draws.Below(_distances.Length);
            var left = draws.NextUnit() * total;
            var last = 0;
            for (var i = 0; i < _distances.Length; i++)
            {
                if (_distances[i] <= 0)
                    continue;
                last = i;
                left -= _distances[i];
                if (left < 0)
                    break;
            }
            return last;
        }

        /// <summary>Makes the candidate that lowers the sum of distances most centroid k; the first of equals.</summary>
        private void Take(int k, int[] candidates, bool first)
        {
            var (columns, trials, count) = (_chosen.Dimension, candidates.Length, _distances.Length);
            var rows = new float[trials * columns];
            for (var t = 0; t < trials; t++)
                Weighted(candidates[t], rows.AsSpan(t * columns, columns));
            var distances = new float[(long)count * trials];
            using var scope = NewDisposeScope();
            var transposed = HostTensor.Of(rows, trials, columns).to(_blocks.Device).t();
            _blocks.ForEach((start, block) =>
                block.mm(transposed).cpu().data<float>().CopyTo(distances.AsSpan(start * trials, (int)block.shape[0] * trials)));

            var potentials = new double[trials];
            for (var i = 0; i < count; i++)
            {
                for (var t = 0; t < trials; t++)
                    potentials[t] += Distance(i, t);
            }
            var best = Array.IndexOf(potentials, potentials.Min());
            for (var i = 0; i < count; i++)
                _distances[i] = Distance(i, best);
            // The row itself is at no distance, whatever rounding says: it is never drawn again.
            _distances[candidates[best]] = 0;
            rows.AsSpan(best * columns, columns).CopyTo(_chosen.Values.AsSpan(k * columns));

            double Distance(int i, int t)
            {
                var row = _blocks.RowAt(i);
                if (!_geometry.CanLead(row))
                    return 0;
                var distance = _geometry.Between(row, distances[(i * trials) + t], _blocks.RowAt(candidates[t]));
                return first ? distance : Math.Min(distance, _distances[i]);
            }
        }

        private void Weighted(int position, Span<float> into)
        {
            var row = _blocks.Matrix.Row(_blocks.RowAt(position));
            var weight = _geometry.Weight(_blocks.RowAt(position));
            for (var i = 0; i < row.Length; i++)
                into[i] = row[i] * weight;
        }
    }
}
