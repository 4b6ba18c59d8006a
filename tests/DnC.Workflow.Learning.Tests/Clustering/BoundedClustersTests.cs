using CsCheck;
using DnC.Workflow.Images.Loading;
using DnC.Workflow.Learning.Clustering;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Tests.Clustering;

public class BoundedClustersTests
{
    [Theory]
    [InlineData("separated", ClusterMetric.Cosine, 1.5)]
    [InlineData("separated", ClusterMetric.Euclidean, 1.5)]
    [InlineData("overlapping", ClusterMetric.Euclidean, 1.5)]
    [InlineData("overlapping", ClusterMetric.Euclidean, 2)]
    public void NoClusterIsLargerAndEveryRowIsAtItsNearestCentroid(string set, ClusterMetric metric, double share)
    {
        using var fixture = new KMeansFixture(set);
        var found = KMeans.Fit(fixture.Matrix, new KMeansSettings(6) { Metric = metric }, 1, CPU);
        var maximum = (int)(share * fixture.Matrix.Rows / 6);
        Assert.True(found.Assignment.CountBy(a => a).Max(c => c.Value) > maximum, "the fixture has a cluster that is too large");

        var bounded = Hold(fixture.Matrix, found, metric, maximum);
        var map = ClusterSizes.Merge(bounded.Centroids, bounded.Assignment, 1, metric, bounded.GroupOf, maximum);

        Assert.Equal(6, map.Count);
        Assert.Equal(bounded.Largest, map.Sizes[0]);
        Assert.All(map.Sizes, size => Assert.InRange(size, 1, maximum));
        Assert.Equal(fixture.Matrix.Rows, map.Sizes.Sum());
        using var nearest = new NearestCentroid(bounded.Centroids, CPU, metric);
        Assert.Equal(nearest.Assign(fixture.Values), bounded.Assignment);
        Assert.Equal(bounded.Assignment, Hold(fixture.Matrix, found, metric, maximum).Assignment);
    }

    [Fact]
    public void AnyDistinctRowsFit() =>
        Gen.Select(Gen.ULong, Gen.Int[40, 200], Gen.Int[2, 8]).Sample((seed, rows, k) =>
        {
            using var folder = new TemporaryFolder();
            var draws = new DerivedRandom(seed);
            // Nine of ten rows in one place.
            float[] values = [.. Enumerable.Range(0, rows * 3).Select(i => (float)draws.Normal() + (i / 3 % 10 == 0 ? 0 : 20))];
            FeatureMatrix.Write(folder.File("m"), 3, values);
            using var matrix = FeatureMatrix.Open(folder.File("m"));
            var found = KMeans.Fit(matrix, new KMeansSettings(k) { Metric = ClusterMetric.Euclidean, Restarts = 1 }, seed, CPU);
            var maximum = (int)Math.Ceiling(1.5 * rows / k);
            Assert.InRange(Hold(matrix, found, ClusterMetric.Euclidean, maximum).Largest, 1, maximum);
        }, iter: 30, threads: 1);

    [Fact]
    public void RowsThatAreAlikeCannotBeDividedAndItIsSaid()
    {
        using var folder = new TemporaryFolder();
        FeatureMatrix.Write(folder.File("m"), 2, [1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 0, 1, 0, 2]);
        using var matrix = FeatureMatrix.Open(folder.File("m"));
        var found = KMeans.Fit(matrix, new KMeansSettings(2), 1, CPU);
        Assert.Equal(6, Hold(matrix, found, ClusterMetric.Cosine, 5).Largest);
    }

    [Fact]
    public void ASmallClusterGoesWhereThereIsRoomOrStays()
    {
        var compass = new Centroids([1, 0, 0, 1, -1, 0, 0.8f, 0.6f], 2);
        int[] assignment = [0, 0, 0, 1, 1, 2, 2, 3];
        Assert.Equal([3, 3, 2], ClusterSizes.Merge(compass, assignment, 2, maximum: 3).Sizes);
        Assert.Equal([3, 2, 2, 1], ClusterSizes.Merge(compass, assignment, 2, maximum: 2).Sizes);
    }

    [Fact]
    public void LevelsGroupCentroidsAndEveryCentroidCountsAlike()
    {
        // Two thirds of the rows in one of four places: by centroids, the places are found all the same.
        using var folder = new TemporaryFolder();
        var draws = new DerivedRandom(4);
        float[] values = [.. Enumerable.Range(0, 1200).SelectMany(i => Place(i % 12 < 9 ? 0 : (i % 12) - 8))];
        FeatureMatrix.Write(folder.File("m"), 2, values);
        using var matrix = FeatureMatrix.Open(folder.File("m"));
        var settings = new KMeansSettings(24) { Metric = ClusterMetric.Euclidean };
        var found = KMeans.Fit(matrix, settings, 1, CPU);
        var calls = 0;
        var groups = CentroidLevels.Group(found.Centroids, [12, 4], settings, 1, CPU, folder.Path, () => calls++);

        var map = ClusterSizes.Merge(found.Centroids, found.Assignment, 2, ClusterMetric.Euclidean, groups);
        Assert.Equal([900, 100, 100, 100], map.Sizes);
        Assert.Equal("euclidean", map.Metric);
        Assert.True(calls > 6);
        Assert.Equal(groups, CentroidLevels.Group(found.Centroids, [12, 4], settings, 1, CPU, folder.Path, () => { }));

        float[] Place(int place) => [(place % 2 * 50) + (float)draws.Normal(), (place / 2 * 50) + (float)draws.Normal()];
    }

    private static BoundedClusters Hold(FeatureMatrix matrix, KMeansResult found, ClusterMetric metric, int maximum) =>
        new ClusterBound(matrix, RowGeometry.Of(matrix, metric), 7, CPU, () => { }).Hold(
            found.Centroids, found.Assignment, [.. Enumerable.Range(0, found.Centroids.Count)], maximum);
}
