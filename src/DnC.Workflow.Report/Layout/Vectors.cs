using System.Numerics;

namespace DnC.Workflow.Report.Layout;

/// <summary>Rows of features as vectors.</summary>
internal static class Vectors
{
    /// <summary>The inner product of two rows of one length.</summary>
    public static float Dot(float[] one, float[] other)
    {
        var sum = Vector<float>.Zero;
        var d = 0;
        for (; d <= one.Length - Vector<float>.Count; d += Vector<float>.Count)
            sum += new Vector<float>(one, d) * new Vector<float>(other, d);
        var all = Vector.Sum(sum);
        for (; d < one.Length; d++)
            all += one[d] * other[d];
        return all;
    }

    /// <summary>The row at length 1; a row of zeros stays as it is.</summary>
    public static float[] Unit(float[] row)
    {
        var norm = MathF.Sqrt(Dot(row, row));
        return norm > 0 ? Array.ConvertAll(row, v => v / norm) : row;
    }
}
