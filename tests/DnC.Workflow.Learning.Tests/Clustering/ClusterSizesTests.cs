using CsCheck;
using DnC.Workflow.Learning.Clustering;

namespace DnC.Workflow.Learning.Tests.Clustering;

public class ClusterSizesTests
{
    private static readonly Centroids Compass = new([1, 0, 0, 1, -1, 0, 0.8f, 0.6f], 2);

    [Fact]
    public void NumbersBySizeThenByFirstImage()
    {
        var map = ClusterSizes.Merge(Compass, [3, 1, 1, 2, 0, 0], minimum: 1);
        Assert.Equal([2, 2, 1, 1], map.Sizes);
        Assert.Equal([1, 0, 3, 2], map.ClusterOf);
    }

    [Fact]
    public void ASmallClusterGoesToTheNearestWhole()
    {
        // Centroid 3 lies at 0.8 from east and at 0.6 from north.
        var map = ClusterSizes.Merge(Compass, [0, 0, 0, 1, 1, 2, 2, 3], minimum: 2);
        Assert.Equal([4, 2, 2], map.Sizes);
        Assert.Equal([0, 1, 2, 0], map.ClusterOf);
        Assert.Equal([0, 0, 0, 1, 1, 2, 2, 0], map.Apply([0, 0, 0, 1, 1, 2, 2, 3]));
    }

    [Fact]
    public void AnEmptyClusterDoesNotExist()
    {
        var map = ClusterSizes.Merge(Compass, [0, 1, 1, 2, 2, 2], minimum: 0);
        Assert.Equal([3, 2, 1], map.Sizes);
        Assert.Equal(map.ClusterOf[0], map.ClusterOf[3]);
    }

    [Fact]
    public void AMinimumAboveEverythingLeavesOneCluster()
    {
        var map = ClusterSizes.Merge(Compass, [0, 1, 2, 3], minimum: 100);
        Assert.Equal([4], map.Sizes);
        Assert.Equal([0, 0, 0, 0], map.ClusterOf);
    }

    [Fact]
    public void EveryImageIsInOneClusterAndNoneIsBelowTheMinimum() =>
        Gen.Select(Gen.Int[0, 3].Array[1, 60], Gen.Int[0, 20]).Sample((assignment, minimum) =>
        {
            var map = ClusterSizes.Merge(Compass, assignment, minimum);
            Assert.Equal(assignment.Length, map.Sizes.Sum());
            Assert.True(map.Count == 1 || map.Sizes[^1] >= Math.Max(1, minimum));
            Assert.Equal(map.Sizes, map.Sizes.OrderDescending());
            var clusters = map.Apply(assignment);
            Assert.Equal(map.Sizes, Enumerable.Range(0, map.Count).Select(c => clusters.Count(x => x == c)));
        });
}
