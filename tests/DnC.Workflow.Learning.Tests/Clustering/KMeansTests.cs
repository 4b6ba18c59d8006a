using DnC.Workflow.Learning.Clustering;
using DnC.Workflow.Learning.Tests.Models;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Tests.Clustering;

public class KMeansTests
{
    private static readonly KMeansSettings Six = new(KMeansFixture.Clusters);

    [Theory]
    [InlineData("separated")]
    [InlineData("overlapping")]
    public void GoesTheSameWayAsFloat64FromTheSameStart(string set)
    {
        using var fixture = new KMeansFixture(set);
        var settings = Six with { Restarts = 1, MaxIterations = 8, Tolerance = double.NegativeInfinity };
        var result = KMeans.Fit(fixture.Matrix, settings, 0, CPU, fixture.ReferenceStart);
        FormulaValues.Near(fixture.Expected["lloydInertias"]!.Numbers(), [.. result.Run.Inertias], 1e-5);
        FormulaValues.Near(fixture.Expected["lloydCentroids"]!.Numbers(), [.. result.Centroids.Values.Select(v => (double)v)], 1e-5);
        Assert.Equal(fixture.Labels("lloydLabels"), result.Assignment);
    }

    [Fact]
    public void FindsThePartitionOfScikitLearnWhereThereIsOne()
    {
        using var fixture = new KMeansFixture("separated");
        var result = KMeans.Fit(fixture.Matrix, Six, 1, CPU);
        Assert.True(KMeansFixture.SamePartition(fixture.Labels("sklearnLabels"), result.Assignment));
        Assert.Equal(fixture.Expected["sklearnInertia"]!.GetValue<double>(), EuclideanInertia(fixture.Matrix, result.Assignment), 1e-4);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void IsAsGoodAsScikitLearnWhereGroupsOverlap(ulong seed)
    {
        using var fixture = new KMeansFixture("overlapping");
        var result = KMeans.Fit(fixture.Matrix, Six with { Restarts = 10 }, seed, CPU);
        Assert.True(result.Inertia <= fixture.Expected["sklearnCosineInertia"]!.GetValue<double>() * 1.01, $"{result.Inertia}");
    }

    [Theory]
    [InlineData(2, 5u)]
    [InlineData(6, 6u)]
    [InlineData(40, 7u)]
    public void InertiaNeverRisesAndEveryRowIsAtItsNearestCentroid(int clusters, uint seed)
    {
        using var fixture = new KMeansFixture("overlapping");
        var result = KMeans.Fit(fixture.Matrix, new KMeansSettings(clusters) { Restarts = 2, Tolerance = 0 }, seed, CPU);
        Assert.True(result.Run.Inertias.Count > 2);
        foreach (var (before, after) in result.Run.Inertias.Zip(result.Run.Inertias.Skip(1)))
            Assert.True(after <= before * (1 + 1e-6), $"{before} → {after}");
        Assert.Equal(KMeansFixture.AssertNearest(fixture.Matrix, result.Centroids, result.Assignment), result.Inertia, result.Inertia * 1e-5);
        for (var k = 0; k < clusters; k++)
            Assert.Equal(1, result.Centroids[k].ToArray().Sum(v => (double)v * v), 1e-5);
    }

    [Fact]
    public void MiniBatchesComeNearLloyd()
    {
        using var fixture = new KMeansFixture("separated");
        var lloyd = KMeans.Fit(fixture.Matrix, Six, 1, CPU);
        var mini = KMeans.Fit(fixture.Matrix, Six with { MiniBatch = 96, MaxIterations = 30 }, 1, CPU);
        Assert.InRange(mini.Inertia, lloyd.Inertia * (1 - 1e-6), lloyd.Inertia * 1.02);
        KMeansFixture.AssertNearest(fixture.Matrix, mini.Centroids, mini.Assignment);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(64)]
    public void TheSameSeedGivesTheSameBytesAndAnotherDoesNot(int miniBatch)
    {
        using var fixture = new KMeansFixture("overlapping");
        var settings = Six with { MiniBatch = miniBatch, MaxIterations = 5, SeedingRows = 100 };
        var first = KMeans.Fit(fixture.Matrix, settings, 3, CPU);
        var second = KMeans.Fit(fixture.Matrix, settings, 3, CPU);
        var other = KMeans.Fit(fixture.Matrix, settings, 4, CPU);
        Assert.Equal(first.Centroids.Values, second.Centroids.Values);
        Assert.Equal(first.Assignment, second.Assignment);
        Assert.NotEqual(first.Centroids.Values, other.Centroids.Values);
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
            Assert.Equal(whole.Run.Inertias, resumed.Run.Inertias);
            Assert.Equal(whole.Assignment, resumed.Assignment);
        }
    }

    /// <summary>Σ‖x̂ − mean‖² by group, as scikit-learn counts it.</summary>
    private static double EuclideanInertia(FeatureMatrix matrix, int[] assignment)
    {
        var groups = assignment.Select((cluster, row) => (cluster, row)).GroupBy(p => p.cluster, p => p.row);
        return groups.Sum(group =>
        {
            var rows = group.Select(row => matrix.Row(row).ToArray().Select(v => (double)v).ToArray())
                .Select(x => Array.ConvertAll(x, v => v / Math.Sqrt(x.Sum(u => u * u)))).ToArray();
            var mean = Enumerable.Range(0, matrix.Columns).Select(i => rows.Average(r => r[i])).ToArray();
            return rows.Sum(r => r.Zip(mean).Sum(p => (p.First - p.Second) * (p.First - p.Second)));
        });
    }
}
