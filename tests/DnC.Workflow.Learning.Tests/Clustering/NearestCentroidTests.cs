using DnC.Workflow.Learning.Clustering;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Tests.Clustering;

public class NearestCentroidTests
{
    [Fact]
    public void PutsRowsWhereTheFitPutThem()
    {
        using var fixture = new KMeansFixture("overlapping");
        var result = KMeans.Fit(fixture.Matrix, new KMeansSettings(KMeansFixture.Clusters), 1, CPU);
        using var nearest = new NearestCentroid(result.Centroids, CPU);
        Assert.Equal(result.Assignment, nearest.Assign(fixture.Values));
        Assert.Equal(result.Assignment[^7..], nearest.Assign(fixture.Matrix.Block(fixture.Matrix.Rows - 7, 7)));
        Assert.Empty(nearest.Assign([]));
    }

    [Fact]
    public void CentroidsGoThroughAFile()
    {
        using var folder = new TemporaryFolder();
        var centroids = new Centroids([0.6f, 0.8f, -1, 0], 2);
        centroids.Write(folder.File("centroids.f32"));
        Assert.Equal(centroids.Values, Centroids.Read(folder.File("centroids.f32")).Values);
    }

    [Fact]
    public void ARowThatIsNoNumberIsNamed()
    {
        using var nearest = new NearestCentroid(new Centroids([1, 0, 0, 1], 2), CPU);
        var error = Assert.Throws<InvalidDataException>(() => nearest.Assign([1, 0, float.NaN, 1, 3, 3]));
        Assert.Contains("row 1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OtherColumnsAreRefused()
    {
        using var nearest = new NearestCentroid(new Centroids([1, 0, 0, 1], 2), CPU);
        using var three = zeros(4, 3);
        Assert.Throws<ArgumentException>(() => nearest.Assign(three));
        Assert.Throws<ArgumentException>(() => nearest.Assign([1, 2, 3]));
    }
}
