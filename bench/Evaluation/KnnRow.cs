using DnC.Workflow.Bench.Measuring;
using DnC.Workflow.Bench.Peers;
using DnC.Workflow.Learning.Evaluation;
using DnC.Workflow.Learning.Native;
using static TorchSharp.torch;

namespace DnC.Workflow.Bench.Evaluation;

/// <summary>Ten neighbours by cosine in a bank, their votes weighted: ours from the file, the peers with the bank in memory and indexed.</summary>
internal static class KnnRow
{
    private const int Neighbours = 10;
    private const int Columns = 256;
    private const int Classes = 100;
    private const double Temperature = 0.07;

    public static Table Measure(BenchSettings settings)
    {
        var (rows, versions) = (new List<string[]>(), "");
        using var bank = new Blobs(settings.Pick(50_000, 1_000_000), Columns, Classes, spread: 0.25, seed: 1);
        using var queries = new Blobs(settings.Pick(500, 1_000), Columns, Classes, spread: 0.25, seed: 2);
        foreach (var threads in settings.Quick ? [1] : (int[])[1, 2])
        {
            TorchSettings.Apply(threads);
            var given = new { bank = bank.ForPeer, queries = queries.ForPeer, neighbours = Neighbours, temperature = Temperature, threads };
            using var faiss = PythonPeer.Start(settings, "knn_faiss.py", threads, given);
            using var sklearn = PythonPeer.Start(settings, "knn_sklearn.py", threads, given);
            var (right, theirs) = (0.0, "–");
            var taken = Interleaved.Measure(
                1,
                () => Clock.Of(threads, () => right = Accuracy.Of(WeightedKnn.Predict(bank.Matrix, bank.Labels, queries.Matrix, Neighbours, Temperature, CPU), queries.Labels).Share),
                faiss.Missing is null ? Faiss : null,
                sklearn.Timed(threads, new { }));
            var flops = 2.0 * bank.Matrix.Rows * queries.Matrix.Rows * Columns / taken.Ours;
            rows.Add(
            [
                $"{bank.Matrix.Rows}", $"{queries.Matrix.Rows}", $"{threads}", Report.Number(taken.Ours), Report.Seconds(taken.Theirs[0]), Report.Seconds(taken.Theirs[1]),
                Report.Ratio(taken.Ratios[0]), Report.Ratio(taken.Ratios[1]), "≥ 1", $"{right:0.000}", theirs,
                Report.Number(flops / 1e9), Report.Share(flops / Machine.MatrixRate(threads)),
            ]);

            double Faiss()
            {
                var answer = faiss.Ask(new { })!;
                theirs = $"{(double)answer["accuracy"]!:0.000}";
                return (double)answer[threads == 1 ? "processor" : "seconds"]!;
            }

            versions = $"{faiss.Missing ?? faiss.Version}; {sklearn.Missing ?? sklearn.Version}";
        }

        return new Table(
            $"Weighted {Neighbours}-NN by cosine, {Columns} features",
            ["bank", "queries", "threads", "ours s", "faiss s", "scikit-learn s", "ratio to faiss", "ratio to scikit-learn", "goal", "ours right", "faiss right", "GFLOP/s", "of the matrix rate"],
            rows,
            $"Peers: {versions}; their normalised bank is in memory and indexed before the clock starts, ours is read from the mapped file, norms included. One thread by processor time, two by the wall.");
    }
}
