using DnC.Workflow.Learning.Clustering;
using DnC.Workflow.Stages.Execution;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Tests.Clustering;

public sealed class KMeansEdgeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void MoreClustersThanImagesIsTheUsersMistakeAndNamesBoth()
    {
        using var matrix = Matrix(3, [1, 0, 0, 0, 1, 0]);
        var error = Assert.Throws<UserInputException>(() => KMeans.Fit(matrix, new KMeansSettings(5), 0, CPU));
        Assert.Contains("K = 5", error.Message, StringComparison.Ordinal);
        Assert.Contains("N = 2", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void ARowThatIsNoNumberIsNamed(float bad)
    {
        using var matrix = Matrix(2, [1, 2, 3, 4, 5, bad, 7, 8]);
        var error = Assert.Throws<InvalidDataException>(() => KMeans.Fit(matrix, new KMeansSettings(2), 0, CPU));
        Assert.Contains("row 2 of 4", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AsManyClustersAsImagesPutsEachInItsOwn()
    {
        using var matrix = Matrix(2, [1, 0, 0, 1, -1, 0, 0, -1]);
        var result = KMeans.Fit(matrix, new KMeansSettings(4), 0, CPU);
        Assert.Equal(4, result.Assignment.Distinct().Count());
        Assert.Equal(0, result.Inertia, 1e-6);
    }

    [Fact]
    public void DuplicatesLeaveClustersEmptyAndZerosGoToTheFirst()
    {
        using var matrix = Matrix(2, [1, 0, 2, 0, 3, 0, 0, 1, 0, 5, 0, 0]);
        var result = KMeans.Fit(matrix, new KMeansSettings(5), 0, CPU);
        Assert.Equal(result.Assignment[0], result.Assignment[2]);
        Assert.Equal(result.Assignment[3], result.Assignment[4]);
        Assert.NotEqual(result.Assignment[0], result.Assignment[3]);
        Assert.Equal(0, result.Assignment[5]);
        Assert.All(result.Centroids.Values, v => Assert.True(float.IsFinite(v)));
    }

    [Fact]
    public void AnEmptyClusterStartsAgainAtTheFarthestRow()
    {
        // Three directions; two of three centroids start at the same place, so the second of them gets nothing.
        using var matrix = Matrix(2, [1, 0.01f, 1, -0.01f, 1, 0.02f, 0, 1, 0.01f, 1, -1, 0.1f]);
        var start = KMeansState.Start with { Current = new Centroids([1, 0, 1, 0, 0, 1], 2) };
        var settings = new KMeansSettings(3) { Restarts = 1, Tolerance = 0 };
        var result = KMeans.Fit(matrix, settings, 0, CPU, start);
        Assert.Equal([0, 0, 0, 2, 2, 1], result.Assignment);
        Assert.True(result.Run.Inertias[1] < result.Run.Inertias[0] - 1);
    }

    [Fact]
    public void SeveralBlocksGiveWhatOneWould()
    {
        // 700 rows of 4,096 values are three blocks of the CPU's size; the last is not full.
        const int rows = 700, columns = 4096;
        var draws = new Images.Loading.DerivedRandom(11);
        var values = new float[rows * columns];
        for (var i = 0; i < values.Length; i++)
            values[i] = (float)draws.Normal() + (i % columns == i / columns % 5 ? 40 : 0);
        using var matrix = Matrix(columns, values);
        var result = KMeans.Fit(matrix, new KMeansSettings(5) { SeedingRows = 300 }, 1, CPU);
        Assert.Equal(KMeansFixture.AssertNearest(matrix, result.Centroids, result.Assignment), result.Inertia, result.Inertia * 1e-5);
        Assert.True(KMeansFixture.SamePartition([.. Enumerable.Range(0, rows).Select(i => i % 5)], result.Assignment));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void NoTensorStaysBehind(int miniBatch)
    {
        using var matrix = Matrix(2, [1, 0.01f, 1, -0.01f, 1, 0.02f, 0, 1, 0.01f, 1, -1, 0.1f]);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        KMeans.Fit(matrix, new KMeansSettings(3) { MiniBatch = miniBatch }, 0, CPU);
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Theory]
    [InlineData(23)]
    [InlineData(25)]
    public void SumsOfAnotherLengthAreRefused(int length)
    {
        var state = KMeansState.Start with { Iteration = 2, Current = new Centroids([1, 0, 0, 1], 2), Sums = [3, 0, 0, 4] };
        state.Save(_folder.Path);
        Assert.Equal(state.Sums, KMeansState.Load(_folder.Path).Sums);
        File.WriteAllBytes(_folder.File("sums.f64"), new byte[length]);
        Assert.Throws<InvalidDataException>(() => KMeansState.Load(_folder.Path));
    }

    [Fact]
    public void ADamagedCheckpointIsRefused()
    {
        File.WriteAllText(_folder.File("kmeans.json"), "{ \"Restart\": 0, ");
        Assert.Throws<InvalidDataException>(() => KMeansState.Load(_folder.Path));
    }

    private FeatureMatrix Matrix(int columns, float[] values)
    {
        var path = _folder.File("matrix.f32");
        FeatureMatrix.Write(path, columns, values);
        return FeatureMatrix.Open(path);
    }
}
