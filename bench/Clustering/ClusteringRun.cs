using System.Globalization;
using System.Runtime.InteropServices;
using DnC.Workflow.Bench.Measuring;
using DnC.Workflow.Learning.Clustering;
using DnC.Workflow.Learning.Native;
using static TorchSharp.torch;

namespace DnC.Workflow.Bench.Clustering;

/// <summary>
/// k-means at the paper's shape: what an iteration costs beside its two bare matrix products, and what memory it takes. Rows are random;
/// neither depends on what they hold.
/// </summary>
internal static class ClusteringRun
{
    private const int Iterations = 4;

    /// <param name="args">rows, columns, K, fp32 or fp16, cosine or euclidean.</param>
    public static int Run(string[] args)
    {
        if (args is not [var n, var d, var k, "fp32" or "fp16", "cosine" or "euclidean"]
            || !int.TryParse(n, CultureInfo.InvariantCulture, out var rows) || !int.TryParse(d, CultureInfo.InvariantCulture, out var columns) || !int.TryParse(k, CultureInfo.InvariantCulture, out var clusters))
        {
            Console.Error.WriteLine("Say: clustering ROWS COLUMNS K fp32|fp16 cosine|euclidean");
            return 2;
        }

        // Of one thread, processor time is what the work takes, whatever else the machine does.
        TorchSettings.Apply(1);
        var path = Path.Combine(Path.GetTempPath(), $"clustering-{Environment.ProcessId}.bin");
        try
        {
            Write(path, rows, columns, args[3] == "fp16" ? FeatureElement.Float16 : FeatureElement.Float32);
            var written = ProcessMemory.Read("VmHWM");
            using var matrix = FeatureMatrix.Open(path);
            var times = new List<double>();
            var (last, anonymous) = (Processor(), 0.0);
            var settings = new KMeansSettings(clusters)
            {
                Metric = args[4] == "cosine" ? ClusterMetric.Cosine : ClusterMetric.Euclidean,
                Restarts = 1,
                MaxIterations = Iterations,
                Tolerance = double.NegativeInfinity,
            };
            KMeans.Fit(matrix, settings, 1, CPU, observe: _ =>
            {
                times.Add(Processor() - last);
                anonymous = Math.Max(anonymous, ProcessMemory.Read("RssAnon"));
                last = Processor();
            });
            // The first time holds norms and seeding, the last one is the end of the restart.
            var iteration = times[1..^1].Min();
            var bare = Products(rows, columns, clusters);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{rows} × {columns} {args[3]}, K = {clusters}, {args[4]}, processor seconds of one thread: norms, seeding and first iteration {times[0]:0.0} s, an iteration {iteration:0.00} s, its two bare products over float32 in memory {bare:0.00} s ({iteration / bare:0.00} ×); memory of its own {anonymous:0} MB, with the file's mapped pages at most {ProcessMemory.Read("VmHWM"):0} MB (before k-means {written:0} MB), file {new FileInfo(path).Length / 1e6:0} MB"));
            return 0;
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static void Write(string path, int rows, int columns, FeatureElement element)
    {
        using var writer = FeatureMatrixWriter.Create(path, columns, element);
        for (var row = 0; row < rows; row += 1000)
        {
            using var block = randn(Math.Min(1000, rows - row), columns);
            writer.Append(MemoryMarshal.Cast<byte, float>(block.bytes));
        }

        writer.Complete();
    }

    /// <summary>
    /// Processor seconds of (256 × d)(d × K) and (K × 256)(256 × d) for all rows, the least of three: over float32 rows that are in memory, but more
    /// than the caches hold.
    /// </summary>
    private static double Products(int rows, int columns, int clusters)
    {
        const int Block = 256;
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        const int Held = 64;
        var (held, centroids, weights) = (randn(Block * Held, columns), randn(clusters, columns).t(), randn(Block, clusters).t());
        return Enumerable.Range(0, 3).Min(_ =>
        {
            var start = Processor();
            for (var row = 0; row < rows; row += Block)
            {
                using var inner = NewDisposeScope();
                var block = held.narrow(0, row / Block % Held * Block, Block);
                block.mm(centroids);
                weights.mm(block);
            }

            return Processor() - start;
        });
    }

    private static double Processor() => Environment.CpuUsage.TotalTime.TotalSeconds;
}
