using System.Runtime.InteropServices;
using DnC.Workflow.Bench.Measuring;
using DnC.Workflow.Bench.Peers;
using DnC.Workflow.Learning.Clustering;
using DnC.Workflow.Learning.Native;
using static TorchSharp.torch;

namespace DnC.Workflow.Bench.Clustering;

/// <summary>Lloyd's iterations from the same centroids, as many for each, and the assignment that they end in.</summary>
internal static class KMeansRow
{
    private const int Iterations = 10;

    public static Table Measure(BenchSettings settings)
    {
        var (rows, versions) = (new List<string[]>(), "");
        var shapes = settings.Quick ? [(20_000, 256, 10)] : new[] { (100_000, 256, 10), (100_000, 256, 100), (100_000, 4096, 10), (100_000, 4096, 100) };
        foreach (var (count, columns, clusters) in shapes)
        {
            using var blobs = new Blobs(count, columns, clusters, spread: 0.25, seed: 1);
            // Of one centre each; with several of one, the ends would be local minima that differ by a rounding.
            var init = blobs.Rows(clusters);
            foreach (var threads in settings.Quick ? [1] : (int[])[1, 2])
                rows.Add(Row(settings, blobs, init, threads, out versions));
        }

        return new Table(
            $"k-means, {Iterations} iterations and the assignment",
            ["rows × dimension", "K", "threads", "ours s", "faiss s", "scikit-learn s", "ratio to faiss", "ratio to scikit-learn", "goal, to faiss", "inertia beside faiss's", "GFLOP/s", "of the matrix rate"],
            rows,
            $"By Euclid, float32, from the same centroids. Peers: {versions}. faiss ends with a search, since its training gives no assignment. One thread by processor time, two by the wall.");
    }

    private static string[] Row(BenchSettings settings, Blobs blobs, Centroids init, int threads, out string versions)
    {
        var file = Path.GetTempFileName();
        File.WriteAllBytes(file, MemoryMarshal.AsBytes(init.Values.AsSpan()).ToArray());
        var given = new { data = blobs.ForPeer, init = file, k = init.Count, iterations = Iterations, threads };
        using var faiss = PythonPeer.Start(settings, "kmeans_faiss.py", threads, given);
        using var sklearn = PythonPeer.Start(settings, "kmeans_sklearn.py", threads, given);
        TorchSettings.Apply(threads);
        var search = new KMeansSettings(init.Count) { Metric = ClusterMetric.Euclidean, Restarts = 1, MaxIterations = Iterations, Tolerance = double.NegativeInfinity };
        var (inertia, theirs) = (0.0, "–");
        var repeats = blobs.Matrix.Columns > 1000 ? 1 : settings.Repeats;
        var taken = Interleaved.Measure(
            repeats,
            () => Clock.Of(threads, () => inertia = KMeans.Fit(blobs.Matrix, search, 1, CPU, new KMeansState(0, 0, init, [], null)).Inertia),
            faiss.Missing is null ? Faiss : null,
            sklearn.Timed(threads, new { }));
        File.Delete(file);
        // Two products an iteration, and one for the last assignment.
        var flops = 2.0 * blobs.Matrix.Rows * blobs.Matrix.Columns * init.Count * ((2 * Iterations) + 1);
        versions = $"{faiss.Missing ?? faiss.Version}; {sklearn.Missing ?? sklearn.Version}";
        return
        [
            $"{blobs.Matrix.Rows} × {blobs.Matrix.Columns}", $"{init.Count}", $"{threads}", Report.Number(taken.Ours), Report.Seconds(taken.Theirs[0]), Report.Seconds(taken.Theirs[1]),
            Report.Ratio(taken.Ratios[0]), Report.Ratio(taken.Ratios[1]), "≥ 1", theirs,
            Report.Number(flops / taken.Ours / 1e9), Report.Share(flops / taken.Ours / Machine.MatrixRate(threads)),
        ];

        double Faiss()
        {
            var answer = faiss.Ask(new { })!;
            theirs = $"{inertia / (double)answer["inertia"]!:0.00000}";
            return (double)answer[threads == 1 ? "processor" : "seconds"]!;
        }
    }
}
