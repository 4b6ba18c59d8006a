namespace DnC.Workflow.Report.Layout;

/// <summary>Points on a plane, turned and scaled for people. A map's orientation means nothing, so it is chosen.</summary>
internal static class Plane
{
    /// <summary>Turns, and where it helps mirrors, points so that they lie as near as may be to others (orthogonal Procrustes).</summary>
    /// <param name="points">(N, 2).</param>
    /// <param name="towards">(N, 2).</param>
    public static float[] Aligned(float[] points, float[] towards)
    {
        var (from, to) = (Centred(points), Centred(towards));
        var (plain, mirrored) = (Best(from, to, 1), Best(from, to, -1));
        var best = plain.Fit >= mirrored.Fit ? plain : mirrored;
        var turned = new float[points.Length];
        for (var i = 0; i < points.Length; i += 2)
        {
            var (x, y) = (from[i], best.Mirror * from[i + 1]);
            turned[i] = (float)((best.Cos * x) - (best.Sin * y));
            turned[i + 1] = (float)((best.Sin * x) + (best.Cos * y));
        }

        return turned;
    }

    /// <summary>Points within the unit square, their proportions kept, in its middle.</summary>
    public static (double X, double Y)[] InUnitSquare(float[] points)
    {
        var pairs = Enumerable.Range(0, points.Length / 2).Select(i => ((double)points[2 * i], (double)points[(2 * i) + 1])).ToArray();
        if (pairs.Length == 0)
            return pairs;
        var (left, right, low, high) = (pairs.Min(p => p.Item1), pairs.Max(p => p.Item1), pairs.Min(p => p.Item2), pairs.Max(p => p.Item2));
        var size = Math.Max(right - left, high - low);
        return size > 0
            ? [.. pairs.Select(p => (0.5 + ((p.Item1 - ((left + right) / 2)) / size), 0.5 + ((p.Item2 - ((low + high) / 2)) / size)))]
            : [.. pairs.Select(_ => (0.5, 0.5))];
    }

    private static (double Cos, double Sin, double Mirror, double Fit) Best(double[] from, double[] to, double mirror)
    {
        var (along, across) = (0.0, 0.0);
        for (var i = 0; i < from.Length; i += 2)
        {
            var (x, y) = (from[i], mirror * from[i + 1]);
            along += (x * to[i]) + (y * to[i + 1]);
            across += (x * to[i + 1]) - (y * to[i]);
        }

        var fit = Math.Sqrt((along * along) + (across * across));
        return fit > 0 ? (along / fit, across / fit, mirror, fit) : (1, 0, mirror, 0);
    }

    private static double[] Centred(float[] points)
    {
        var (x, y) = (points.Where((_, i) => i % 2 == 0).DefaultIfEmpty().Average(), points.Where((_, i) => i % 2 == 1).DefaultIfEmpty().Average());
        return [.. points.Select((p, i) => (double)p - (i % 2 == 0 ? x : y))];
    }
}
