namespace DnC.Workflow.Report.Layout;

/// <summary>How likely each row names each other one its neighbour: the high-dimensional side of t-SNE.</summary>
internal static class NeighbourProbabilities
{
    private const int Bisections = 50;

    /// <summary>The symmetrised probabilities of all pairs; they add up to 1.</summary>
    /// <param name="rows">N unit rows.</param>
    /// <param name="perplexity">Effective number of neighbours of a row.</param>
    /// <returns>(N, N), row by row.</returns>
    public static float[] Of(float[][] rows, double perplexity)
    {
        var n = rows.Length;
        var conditional = new float[n * n];
        Parallel.For(0, n, i =>
        {
            var distances = new double[n];
            for (var j = 0; j < n; j++)
                distances[j] = 2 - (2 * Vectors.Dot(rows[i], rows[j]));
            Fit(distances, i, Math.Log(perplexity), conditional.AsSpan(i * n, n));
        });

        var joint = new float[n * n];
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < i; j++)
                joint[(i * n) + j] = joint[(j * n) + i] = (conditional[(i * n) + j] + conditional[(j * n) + i]) / (2 * n);
        }

        return joint;
    }

    /// <summary>The Gaussian's precision whose distribution has the wanted entropy, by bisection.</summary>
    private static void Fit(double[] distances, int self, double entropy, Span<float> into)
    {
        var (precision, low, high) = (1.0, 0.0, double.PositiveInfinity);
        var nearest = double.PositiveInfinity;
        for (var j = 0; j < distances.Length; j++)
        {
            if (j != self)
                nearest = Math.Min(nearest, distances[j]);
        }

        for (var step = 0; step < Bisections; step++)
        {
            var (sum, weighted) = (0.0, 0.0);
            for (var j = 0; j < distances.Length; j++)
            {
                // Less the nearest distance: the same distribution, and no underflow of all of it.
                var away = distances[j] - nearest;
                var p = j == self ? 0 : Math.Exp(-precision * away);
                into[j] = (float)p;
                sum += p;
                weighted += p * away;
            }

            for (var j = 0; j < into.Length; j++)
                into[j] = (float)(into[j] / sum);
            var excess = Math.Log(sum) + (precision * weighted / sum) - entropy;
            if (Math.Abs(excess) < 1e-5)
                return;
            if (excess > 0)
                (low, precision) = (precision, double.IsInfinity(high) ? precision * 2 : (precision + high) / 2);
            else
                (high, precision) = (precision, (precision + low) / 2);
        }
    }
}
