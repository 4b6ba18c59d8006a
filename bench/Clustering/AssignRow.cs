using DnC.Workflow.Bench.Measuring;
using DnC.Workflow.Learning.Clustering;
using DnC.Workflow.Learning.Native;
using static TorchSharp.torch;

namespace DnC.Workflow.Bench.Clustering;

/// <summary>A pass that puts every row to its nearest centroid, beside the matrix product in it, over rows that lie in memory.</summary>
internal static class AssignRow
{
    private const int BlockBytes = 4 << 20;

    public static Table Measure(BenchSettings settings)
    {
        TorchSettings.Apply(1);
        var rows = new List<string[]>();
        var (rate, copy) = (Machine.MatrixRate(1), Machine.CopyRate());
        var shapes = settings.Quick ? [(20_000, 256, 10), (20_000, 256, 100)] : new[] { (100_000, 256, 10), (100_000, 256, 100), (100_000, 4096, 10), (100_000, 4096, 100) };
        foreach (var (count, columns, clusters) in shapes)
        {
            using var blobs = new Blobs(count, columns, clusters, spread: 0.5, seed: 1);
            var centroids = blobs.Rows(clusters);
            var geometry = RowGeometry.Of(blobs.Matrix, ClusterMetric.Cosine);
            var search = new KMeansSearch(blobs.Matrix, null, geometry, new KMeansSettings(clusters), CPU);
            var taken = Interleaved.Measure(settings.Repeats, () => Clock.Processor(() => search.Assign(centroids)), () => Product(count, centroids));
            var (flops, bytes) = (2.0 * count * columns * clusters, (double)count * columns * sizeof(float));
            rows.Add(
            [
                $"{count} × {columns}", $"{clusters}", Report.Number(taken.Ours * 1000), Report.Number(taken.Theirs[0]!.Value * 1000), Report.Number(1 / taken.Ratios[0]!.Value), "≤ 1.3",
                Report.Number(flops / taken.Ours / 1e9), Report.Share(flops / taken.Ours / rate), Report.Share(bytes / taken.Ours / copy),
            ]);
        }

        return new Table(
            "Nearest-centroid assignment, one thread",
            ["rows × dimension", "K", "ours ms", "its bare product ms", "beside it", "goal", "GFLOP/s", "of the matrix rate", "of the copy rate"],
            rows,
            "By cosine. Ours reads its rows from the mapped file; the bare product has them in memory, more than the caches hold, in blocks of the same size, and is taken the way round that is faster.");
    }

    private static double Product(int rows, Centroids centroids)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var block = Math.Min(rows, BlockBytes / sizeof(float) / centroids.Dimension);
        var (held, means) = (ones(32 * block, centroids.Dimension), centroids.To(CPU));
        return Clock.Processor(() =>
        {
            for (var row = 0; row < rows; row += block)
            {
                var taken = held.narrow(0, row / block % 32 * block, Math.Min(block, rows - row));
                using var scores = centroids.Count <= RowGeometry.FewCentroids ? means.mm(taken.t()) : taken.mm(means.t());
            }
        });
    }
}
