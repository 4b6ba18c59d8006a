using DnC.Workflow.Images.Loading;
using DnC.Workflow.Learning.Clustering;
using DnC.Workflow.Stages.Execution;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Tests.Clustering;

public sealed class HalfMatrixTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ValuesAreThoseOfHalfPrecisionAtHalfTheBytes()
    {
        float[] values = [1, -2.5f, 0.1f, 65504, 6e-8f, 1e-9f, 3.1415927f, float.NegativeInfinity, float.NaN];
        using var matrix = Written(3, values);
        Assert.Equal(64 + (values.Length * 2), new FileInfo(matrix.Path).Length);
        Assert.Equal(values.Select(v => (float)(Half)v), matrix.Block(0, 3).ToArray());
        Assert.Equal((float)(Half)0.1f, matrix.Row(0)[2]);
        var copied = new float[6];
        matrix.CopyRows([1, 0], copied);
        Assert.Equal([.. matrix.Row(1), .. matrix.Row(0)], copied);
        Assert.Contains("row 2 of 3", Assert.Throws<InvalidDataException>(matrix.RequireFinite).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => matrix.Row(3).Length);
    }

    [Fact]
    public void AValueBeyondItIsNamedWithTheWayOut()
    {
        var error = Assert.Throws<UserInputException>(() => Written(2, [1, 2, 3, 4, 70000, 5]));
        Assert.Contains("row 2 holds 70000", error.Message, StringComparison.Ordinal);
        Assert.Contains("embed.precision", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SegmentsSavedAlongTheWayJoinToTheSameBytes()
    {
        float[] values = [.. Enumerable.Range(0, 3000 * 300).Select(i => i % 1009 / 7f)];
        using var whole = Written(300, values);
        using (var writer = FeatureMatrixWriter.Create(_folder.File("part"), 300, FeatureElement.Float16))
        {
            writer.Append(values);
            writer.SaveRows(1000, _folder.File("segment"));
        }

        using var segment = FeatureMatrix.Open(_folder.File("segment"));
        using (var writer = FeatureMatrixWriter.Create(_folder.File("joined"), 300, FeatureElement.Float16))
        {
            writer.Append(values.AsSpan(0, 1000 * 300));
            writer.Append(segment);
            writer.Complete();
        }

        Assert.Equal(File.ReadAllBytes(whole.Path), File.ReadAllBytes(_folder.File("joined")));
    }

    [Theory]
    [InlineData(ClusterMetric.Cosine, 0)]
    [InlineData(ClusterMetric.Euclidean, 0)]
    [InlineData(ClusterMetric.Cosine, 100)]
    public void KMeansOfItIsThatOfItsValuesInFloat32(ClusterMetric metric, int miniBatch)
    {
        // 700 rows of 4,096 values are three blocks; the seeding takes some of the rows.
        const int rows = 700, columns = 4096;
        var draws = new DerivedRandom(11);
        var values = new float[rows * columns];
        for (var i = 0; i < values.Length; i++)
            values[i] = (float)(Half)((float)draws.Normal() + (i % columns == i / columns % 5 ? 40 : 0));
        using var half = Written(columns, values);
        FeatureMatrix.Write(_folder.File("full"), columns, values);
        using var full = FeatureMatrix.Open(_folder.File("full"));
        var settings = new KMeansSettings(5) { Metric = metric, SeedingRows = 300, MiniBatch = miniBatch, MaxIterations = 5 };
        var (a, b) = (KMeans.Fit(half, settings, 1, CPU), KMeans.Fit(full, settings, 1, CPU));
        Assert.Equal(b.Centroids.Values, a.Centroids.Values);
        Assert.Equal(b.Run.Inertias, a.Run.Inertias);
        Assert.Equal(b.Assignment, a.Assignment);
    }

    private FeatureMatrix Written(int columns, float[] values)
    {
        var path = _folder.File("half");
        using (var writer = FeatureMatrixWriter.Create(path, columns, FeatureElement.Float16))
        {
            writer.Append(values);
            writer.Complete();
        }

        return FeatureMatrix.Open(path);
    }
}
