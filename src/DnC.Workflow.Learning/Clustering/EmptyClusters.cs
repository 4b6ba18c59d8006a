using DnC.Workflow.Learning.Native;
using TorchSharp;

namespace DnC.Workflow.Learning.Clustering;

/// <summary>
/// A centroid that got no row starts again at the row that is farthest from its own centroid [ours]; that row leaves its old sum. The
/// inertia falls by it, so Lloyd's descent is kept.
/// </summary>
internal static class EmptyClusters
{
    /// <summary>Moves rows into the sums of empty centroids. Fewer rows than empty centroids may be far enough; the rest stay empty.</summary>
    public static void Reseed(AssignmentPass pass, RowBlocks all, RowGeometry geometry)
    {
        var empty = Enumerable.Range(0, pass.Counts.Length).Where(k => pass.Counts[k] == 0).ToArray();
        if (empty.Length == 0)
            return;
        // Ties go to the first row: the sort is stable.
        var farthest = new Queue<int>(Enumerable.Range(0, pass.Labels.Length)
            .Where(row => geometry.IsApart(all.RowAt(row), pass.Similarities[row])).OrderBy(row => pass.Similarities[row]));
        foreach (var centroid in empty)
        {
            while (farthest.TryPeek(out var candidate) && pass.Counts[pass.Labels[candidate]] < 2)
                farthest.Dequeue();
            if (!farthest.TryDequeue(out var row))
                return;
            using var scope = torch.NewDisposeScope();
            using Scalar weight = geometry.Weight(all.RowAt(row));
            var added = HostTensor.Of(all.Matrix.Row(all.RowAt(row))).to(torch.float64).mul(weight).to(all.Device);
            pass.Sums[pass.Labels[row]].sub_(added);
            pass.Sums[centroid].add_(added, Scalars.One);
            pass.Counts[pass.Labels[row]]--;
            pass.Counts[centroid]++;
        }
    }
}
