using DnC.Workflow.Learning.Clustering;
using DnC.Workflow.Learning.Tests.Models;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Tests.Clustering;

public class EuclideanTests
{
    private static readonly KMeansSettings Six = new(KMeansFixture.Clusters) { Metric = ClusterMetric.Euclidean };

    [Theory]
    [InlineData("separated")]
    [InlineData("overlapping")]
    public void GoesTheSameWayAsFloat64FromTheSameStart(string set)
    {
        using var fixture = new KMeansFixture(set);
        var expected = FormulaValues.Fixture("clustering", "euclidean.json")[set]!;
        var start = KMeansState.Start with { Current = new Centroids([.. expected["start"]!.Numbers().Select(v => (float)v)], KMeansFixture.Dimension) };
        var result = KMeans.Fit(fixture.Matrix, Six with { Restarts = 1, MaxIterations = 8, Tolerance = double.NegativeInfinity }, 0, CPU, start);
        FormulaValues.Near(expected["lloydInertias"]!.Numbers(), [.. result.Run.Inertias], 1e-5);
        FormulaValues.Near(expected["lloydCentroids"]!.Numbers(), [.. result.Centroids.Values.Select(v => (double)v)], 1e-5);
        Assert.Equal(Labels(expected, "lloydLabels"), result.Assignment);
    }

    [Theory]
    [InlineData("separated")]
    [InlineData("overlapping")]
    public void InertiaIsNoWorseThanScikitLearnsOfAsManySeeds(string set)
    {
        using var fixture = new KMeansFixture(set);
        var expected = FormulaValues.Fixture("clustering", "euclidean.json")[set]!["sklearnInertia"]!.GetValue<double>();
        var found = KMeans.Fit(fixture.Matrix, Six with { Restarts = 5 }, 1, CPU);
        Assert.True(found.Inertia <= expected * 1.01, $"{found.Inertia}, scikit-learn has {expected}");
        Assert.Equal(Inertia(fixture.Matrix, found), found.Inertia, found.Inertia * 1e-5);
    }

    [Theory]
    [InlineData("separated")]
    [InlineData("overlapping")]
    public void SilhouetteIsScikitLearns(string set)
    {
        using var fixture = new KMeansFixture(set);
        var expected = FormulaValues.Fixture("clustering", "euclidean.json")[set]!;
        int[] all = [.. Enumerable.Range(0, fixture.Matrix.Rows)];
        Assert.Equal(expected["silhouette"]!.GetValue<double>(), Silhouette.Of(fixture.Matrix, all, Labels(expected, "sklearnLabels"), ClusterMetric.Euclidean), 2e-5);
    }

    [Fact]
    public void ImagesOutsideTheSampleGoWhereTheFitPutsTheirLikes()
    {
        using var fixture = new KMeansFixture("overlapping");
        var result = KMeans.Fit(fixture.Matrix, Six, 1, CPU);
        using var nearest = new NearestCentroid(result.Centroids, CPU, ClusterMetric.Euclidean);
        Assert.Equal(result.Assignment, nearest.Assign(fixture.Values));
        using var cosine = new NearestCentroid(result.Centroids, CPU);
        Assert.NotEqual(result.Assignment, cosine.Assign(fixture.Values));
    }

    [Fact]
    public void ARowOfZerosIsARowAndAnEmptyClusterStartsAgainAtTheFarthest()
    {
        using var folder = new TemporaryFolder();
        FeatureMatrix.Write(folder.File("m.f32"), 1, [0, 0.1f, 0.2f, 5, 5.1f, 40]);
        using var matrix = FeatureMatrix.Open(folder.File("m.f32"));
        var start = KMeansState.Start with { Current = new Centroids([0, 0, 5], 1) };
        var result = KMeans.Fit(matrix, new KMeansSettings(3) { Metric = ClusterMetric.Euclidean, Restarts = 1, Tolerance = 0 }, 0, CPU, start);
        Assert.Equal([0, 0, 0, 2, 2, 1], result.Assignment);
        Assert.Equal(0.02 + 0.005, result.Inertia, 1e-4);
    }

    [Theory]
    [InlineData(0, 8)]
    [InlineData(64, 10)]
    public void GoingOnFromAnyCheckpointGivesTheSameBytes(int miniBatch, int checkpoints)
    {
        using var fixture = new KMeansFixture("overlapping");
        using var folder = new TemporaryFolder();
        var settings = Six with { MaxIterations = 3, Restarts = 2, MiniBatch = miniBatch };
        var count = 0;
        var whole = KMeans.Fit(fixture.Matrix, settings, 3, CPU, observe: state => state.Save(Directory.CreateDirectory(folder.File($"{count++}")).FullName));
        Assert.Equal(checkpoints, count);
        for (var i = 0; i < count; i++)
        {
            var resumed = KMeans.Fit(fixture.Matrix, settings, 3, CPU, KMeansState.Load(folder.File($"{i}")));
            Assert.Equal(whole.Centroids.Values, resumed.Centroids.Values);
            Assert.Equal(whole.Assignment, resumed.Assignment);
        }
    }

    private static double Inertia(FeatureMatrix matrix, KMeansResult found) => Enumerable.Range(0, matrix.Rows).Sum(row =>
        Enumerable.Range(0, found.Centroids.Count).Min(k => Enumerable.Range(0, matrix.Columns).Sum(i => Math.Pow((double)matrix.Row(row)[i] - found.Centroids[k][i], 2))));

    private static int[] Labels(System.Text.Json.Nodes.JsonNode expected, string name) => [.. expected[name]!.AsArray().Select(n => n!.GetValue<int>())];
}
