using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using DnC.Workflow.Learning.Clustering;
using DnC.Workflow.Learning.Tests.Models;

namespace DnC.Workflow.Learning.Tests.Clustering;

/// <summary>480 rows of 16 values in 6 groups, what scikit-learn and a float64 Lloyd make of them, and brute-force formulas.</summary>
internal sealed class KMeansFixture : IDisposable
{
    public const int Clusters = 6;
    public const int Dimension = 16;
    private readonly TemporaryFolder _folder = new();

    public KMeansFixture(string set)
    {
        Expected = FormulaValues.Fixture("clustering", "kmeans.json")[set]!.AsObject();
        Values = MemoryMarshal.Cast<byte, float>(
            File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Fixtures", "clustering", set + ".f32"))).ToArray();
        FeatureMatrix.Write(_folder.File("rows.f32"), Dimension, Values);
        Matrix = FeatureMatrix.Open(_folder.File("rows.f32"));
    }

    public JsonObject Expected { get; }

    public float[] Values { get; }

    public FeatureMatrix Matrix { get; }

    public string Folder => _folder.Path;

    /// <summary>A run that starts where the float64 reference started.</summary>
    public KMeansState ReferenceStart => KMeansState.Start with
    {
        Current = new Centroids([.. Expected["start"]!.Numbers().Select(v => (float)v)], Dimension),
    };

    public int[] Labels(string name) => [.. Expected[name]!.AsArray().Select(n => n!.GetValue<int>())];

    public void Dispose()
    {
        Matrix.Dispose();
        _folder.Dispose();
    }

    /// <summary>Cosine of a row with a centroid in float64.</summary>
    public static double Cosine(ReadOnlySpan<float> row, ReadOnlySpan<float> centroid)
    {
        var (product, own, theirs) = (0.0, 0.0, 0.0);
        for (var i = 0; i < row.Length; i++)
        {
            product += (double)row[i] * centroid[i];
            own += (double)row[i] * row[i];
            theirs += (double)centroid[i] * centroid[i];
        }
        return product / Math.Sqrt(own * theirs);
    }

    /// <summary>Asserts that every row is where float64 brute force puts it, up to ties within rounding, and returns Σ 2(1 − cos).</summary>
    public static double AssertNearest(FeatureMatrix matrix, Centroids centroids, int[] assignment)
    {
        Assert.Equal(matrix.Rows, assignment.Length);
        var inertia = 0.0;
        for (var row = 0; row < matrix.Rows; row++)
        {
            var cosines = Enumerable.Range(0, centroids.Count).Select(k => Cosine(matrix.Row(row), centroids[k])).ToArray();
            Assert.True(cosines.Max() - cosines[assignment[row]] < 1e-6, $"row {row}: centroid {assignment[row]}, cosines {string.Join(' ', cosines)}");
            inertia += 2 - 2 * cosines.Max();
        }
        return inertia;
    }

    /// <summary>Whether two labellings make the same groups under other names.</summary>
    public static bool SamePartition(int[] a, int[] b) =>
        a.Zip(b).Distinct().Count() == a.Distinct().Count() && a.Distinct().Count() == b.Distinct().Count();
}
