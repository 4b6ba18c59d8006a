using System.Numerics;

namespace DnC.Workflow.Report.Layout;

/// <summary>
/// t-SNE (van der Maaten and Hinton, 2008), exact, from the principal axes: rows that are neighbours lie together on a plane. Linear axes would
/// lay the clusters of a contrastive embedding, which spread over a sphere, on top of one another. Deterministic: no draw, and sums whose
/// order does not depend on the threads.
/// </summary>
internal static class NeighbourMap
{
    private const int Exaggerated = 150;
    private const int Iterations = 300;
    private const float Exaggeration = 12;
    private const float Start = 1e-2f;

    /// <summary>Where the rows lie.</summary>
    /// <param name="rows">N rows of d values; compared by cosine.</param>
    /// <returns>(N, 2), one point after the other.</returns>
    public static float[] Of(float[][] rows)
    {
        var units = Array.ConvertAll(rows, Vectors.Unit);
        var points = PrincipalAxes.Project(units);
        var n = rows.Length;
        if (n < 5)
            return points;
        var spread = MathF.Sqrt(points.Sum(p => p * p) / n);
        var (x, y) = (new float[n], new float[n]);
        for (var i = 0; i < n; i++)
            (x[i], y[i]) = spread > 0 ? (Start * points[2 * i] / spread, Start * points[(2 * i) + 1] / spread) : (Start * i, 0);

        var joint = NeighbourProbabilities.Of(units, Math.Min(30, (n - 1) / 3.0));
        var (earlyX, earlyY) = ((float[])x.Clone(), (float[])y.Clone());
        Descend(joint, earlyX, earlyY, Exaggerated, Exaggeration, momentum: 0.5f);
        // Rows without groups are drawn into one point by so strong a pull, one axis more than the other: then they begin without it.
        if (Spread(earlyX) > Spread(x) && Spread(earlyY) > Spread(y))
            (x, y) = (earlyX, earlyY);
        Descend(joint, x, y, Iterations, exaggeration: 1, momentum: 0.8f);
        for (var i = 0; i < n; i++)
            (points[2 * i], points[(2 * i) + 1]) = (x[i], y[i]);
        return points;
    }

    private static void Descend(float[] joint, float[] x, float[] y, int iterations, float exaggeration, float momentum)
    {
        var n = x.Length;
        // Belkina et al. (2019): a rate in proportion to the rows converges whatever their number.
        var rate = Math.Max(n / Exaggeration / 4, 50);
        var (moveX, moveY) = (new float[n], new float[n]);
        var (gainX, gainY) = (Enumerable.Repeat(1f, n).ToArray(), Enumerable.Repeat(1f, n).ToArray());
        var forces = new Force[n];
        for (var iteration = 0; iteration < iterations; iteration++)
        {
            Parallel.For(0, n, i => forces[i] = ForceOn(i, joint, x, y));
            var mass = forces.Sum(f => f.Mass);
            for (var i = 0; i < n; i++)
            {
                Move(ref x[i], ref moveX[i], ref gainX[i], (exaggeration * forces[i].PullX) - (float)(forces[i].PushX / mass), rate, momentum);
                Move(ref y[i], ref moveY[i], ref gainY[i], (exaggeration * forces[i].PullY) - (float)(forces[i].PushY / mass), rate, momentum);
            }
        }
    }

    private static double Spread(float[] values)
    {
        var mean = values.Average();
        return values.Sum(v => (double)(v - mean) * (v - mean));
    }

    private static void Move(ref float at, ref float move, ref float gain, float quarter, float rate, float momentum)
    {
        var gradient = 4 * quarter;
        gain = Math.Max(0.01f, gradient > 0 == move > 0 ? gain * 0.8f : gain + 0.2f);
        move = (momentum * move) - (rate * gain * gradient);
        at += move;
    }

    /// <summary>What pulls and pushes one point: sums over all others of p·w·(xᵢ − xⱼ) and w²·(xᵢ − xⱼ), w = 1 / (1 + ‖xᵢ − xⱼ‖²).</summary>
    private static Force ForceOn(int i, float[] joint, float[] x, float[] y)
    {
        var (n, width) = (x.Length, Vector<float>.Count);
        var (xi, yi) = (new Vector<float>(x[i]), new Vector<float>(y[i]));
        Vector<float> pullX = default, pullY = default, pushX = default, pushY = default, mass = default;
        var j = 0;
        for (; j <= n - width; j += width)
        {
            var (dx, dy) = (xi - new Vector<float>(x, j), yi - new Vector<float>(y, j));
            var w = Vector<float>.One / (Vector<float>.One + (dx * dx) + (dy * dy));
            var pull = new Vector<float>(joint, (i * n) + j) * w;
            var push = w * w;
            (pullX, pullY, pushX, pushY, mass) = (pullX + (pull * dx), pullY + (pull * dy), pushX + (push * dx), pushY + (push * dy), mass + w);
        }

        // The point itself has weight 1 and no distance.
        var force = new Force(Vector.Sum(pullX), Vector.Sum(pullY), Vector.Sum(pushX), Vector.Sum(pushY), Vector.Sum(mass) - 1);
        for (; j < n; j++)
        {
            var (dx, dy) = (x[i] - x[j], y[i] - y[j]);
            var w = 1 / (1 + (dx * dx) + (dy * dy));
            var pull = joint[(i * n) + j] * w;
            force = new Force(force.PullX + (pull * dx), force.PullY + (pull * dy), force.PushX + (w * w * dx), force.PushY + (w * w * dy), force.Mass + w);
        }

        return force;
    }

    private readonly record struct Force(float PullX, float PullY, float PushX, float PushY, double Mass);
}
