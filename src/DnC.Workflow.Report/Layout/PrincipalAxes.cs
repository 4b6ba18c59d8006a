namespace DnC.Workflow.Report.Layout;

/// <summary>The two directions in which rows differ most, by power iteration. Deterministic: no draw, and a sign by rule.</summary>
internal static class PrincipalAxes
{
    private const int Iterations = 60;

    /// <summary>Rows on their first two principal axes.</summary>
    /// <param name="rows">N rows of d values each.</param>
    /// <returns>(N, 2), one point after the other.</returns>
    public static float[] Project(float[][] rows)
    {
        var points = new float[2 * rows.Length];
        if (rows.Length == 0)
            return points;
        var centred = Centred(rows);
        for (var axis = 0; axis < 2; axis++)
        {
            var direction = Leading(centred, axis);
            for (var i = 0; i < centred.Length; i++)
            {
                var score = Product(centred[i], direction);
                points[(2 * i) + axis] = (float)score;
                // The second axis is looked for in what the first one leaves.
                for (var d = 0; d < direction.Length; d++)
                    centred[i][d] -= score * direction[d];
            }
        }

        return points;
    }

    private static double[][] Centred(float[][] rows)
    {
        var mean = new double[rows[0].Length];
        foreach (var row in rows)
        {
            for (var d = 0; d < mean.Length; d++)
                mean[d] += row[d] / (double)rows.Length;
        }

        return [.. rows.Select(row => row.Select((value, d) => value - mean[d]).ToArray())];
    }

    private static double[] Leading(double[][] rows, int axis)
    {
        // Any start that is not at right angles to the axis will do; this one favours no coordinate by much.
        var direction = Enumerable.Range(0, rows[0].Length).Select(d => 1 + (((d * 7) + axis) % 13 / 13.0)).ToArray();
        Normalise(direction);
        for (var iteration = 0; iteration < Iterations; iteration++)
        {
            var next = new double[direction.Length];
            foreach (var row in rows)
            {
                var score = Product(row, direction);
                for (var d = 0; d < next.Length; d++)
                    next[d] += score * row[d];
            }

            if (!Normalise(next))
                break;
            direction = next;
        }

        var largest = direction.MaxBy(Math.Abs);
        return largest < 0 ? [.. direction.Select(v => -v)] : direction;
    }

    private static bool Normalise(double[] values)
    {
        var norm = Math.Sqrt(Product(values, values));
        if (norm < 1e-30)
            return false;
        for (var d = 0; d < values.Length; d++)
            values[d] /= norm;
        return true;
    }

    private static double Product(double[] one, double[] other)
    {
        var sum = 0.0;
        for (var d = 0; d < one.Length; d++)
            sum += one[d] * other[d];
        return sum;
    }
}
