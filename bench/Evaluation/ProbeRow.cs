using System.Globalization;
using DnC.Workflow.Bench.Measuring;
using DnC.Workflow.Bench.Peers;
using DnC.Workflow.Learning.Evaluation;
using DnC.Workflow.Learning.Native;
using static TorchSharp.torch;

namespace DnC.Workflow.Bench.Evaluation;

/// <summary>The two linear classifiers of an evaluation, beside scikit-learn's of the same kind, one thread by processor time.</summary>
internal static class ProbeRow
{
    private const int Columns = 256;
    private const int Classes = 10;
    private const int Epochs = 2;
    private const double Strength = 1;

    public static Table Measure(BenchSettings settings)
    {
        TorchSettings.Apply(1);
        using var test = new Blobs(5_000, Columns, Classes, spread: 0.1, seed: 2);
        using var many = new Blobs(settings.Pick(20_000, 1_000_000), Columns, Classes, spread: 0.1, seed: 1);
        using var some = new Blobs(settings.Pick(5_000, 100_000), Columns, Classes, spread: 0.1, seed: 1);
        string[] ids = [.. Enumerable.Range(0, many.Matrix.Rows).Select(i => i.ToString(CultureInfo.InvariantCulture))];
        var probe = new LinearProbeSettings { Epochs = Epochs, Rates = [0.1], ValidationShare = 0 };
        var (sgd, version) = Row(settings, "linear probe, 2 epochs", "SGDClassifier", "probe_sgd.py", many, test, 3.0 * Epochs, () =>
        {
            using var fitted = LinearProbe.Fit(many.Matrix, many.Labels, ids, probe, seed: 1, CPU);
            return fitted.Predict(test.Matrix);
        });
        int[] all = [.. Enumerable.Range(0, some.Matrix.Rows)];
        var iterations = 0;
        var (logistic, _) = Row(settings, "logistic regression to its minimum", "LogisticRegression (L-BFGS)", "probe_logistic.py", some, test, double.NaN, () =>
        {
            using var fitted = LogisticRegression.Fit(some.Matrix, some.Labels, all, Strength, new Lbfgs(), CPU);
            iterations = fitted.Iterations;
            return fitted.Predict(test.Matrix);
        });
        return new Table(
            $"Linear classifiers of {Columns} features, {Classes} classes",
            ["what", "rows", "ours s", "peer s", "peer", "ratio", "goal", "ours right", "peer right", "GFLOP/s", "of the matrix rate"],
            [sgd, logistic],
            $"Peer: {version}. One thread, processor time. SGDClassifier steps by single rows, one classifier for each class; ours by 1,024 rows, all classes at once, features standardised. Both logistic regressions minimise the same sum; ours in float64, in {iterations} iterations.");
    }

    private static (string[] Row, string Version) Row(BenchSettings settings, string what, string name, string script, Blobs train, Blobs test, double products, Func<int[]> predict)
    {
        using var peer = PythonPeer.Start(settings, script, 1, new { train = train.ForPeer, test = test.ForPeer, epochs = Epochs, strength = Strength });
        var (right, theirs) = (0.0, "–");
        var taken = Interleaved.Measure(1, () => Clock.Processor(() => right = Accuracy.Of(predict(), test.Labels).Share), peer.Missing is null ? Theirs : null);
        var flops = products * 2.0 * train.Matrix.Rows * Columns * Classes / taken.Ours;
        string[] row =
        [
            what, $"{train.Matrix.Rows}", Report.Number(taken.Ours), Report.Seconds(taken.Theirs[0]), name, Report.Ratio(taken.Ratio), "≥ 1", $"{right:0.000}", theirs,
            double.IsNaN(flops) ? "–" : Report.Number(flops / 1e9), double.IsNaN(flops) ? "–" : Report.Share(flops / Machine.MatrixRate(1)),
        ];
        return (row, peer.Missing ?? peer.Version);

        double Theirs()
        {
            var answer = peer.Ask(new { })!;
            theirs = $"{(double)answer["accuracy"]!:0.000}";
            return (double)answer["processor"]!;
        }
    }
}
