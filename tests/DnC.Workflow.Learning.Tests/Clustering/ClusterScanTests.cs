using DnC.Workflow.Images.Loading;
using DnC.Workflow.Learning.Clustering;
using DnC.Workflow.Learning.Tests.Models;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Tests.Clustering;

public class ClusterScanTests
{
    public static TheoryData<string, int> Cases => new() { { "separated", 2 }, { "separated", 6 }, { "separated", 9 }, { "overlapping", 2 }, { "overlapping", 6 }, { "overlapping", 9 } };

    [Theory]
    [MemberData(nameof(Cases))]
    public void SilhouetteIsScikitLearns(string set, int k)
    {
        using var fixture = new KMeansFixture(set);
        var expected = FormulaValues.Fixture("clustering", "scan.json")[$"{set}-{k}"]!;
        int[] all = [.. Enumerable.Range(0, fixture.Matrix.Rows)];
        Assert.Equal(expected["silhouette"]!.GetValue<double>(), Silhouette.Of(fixture.Matrix, all, Labels(expected, "labels")), 2e-5);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void AdjustedRandIsScikitLearns(string set, int k)
    {
        var expected = FormulaValues.Fixture("clustering", "scan.json")[$"{set}-{k}"]!;
        Assert.Equal(expected["adjustedRand"]!.GetValue<double>(), AdjustedRand.Of(Labels(expected, "labels"), Labels(expected, "other")), 1e-12);
    }

    [Fact]
    public void PartitionsOfOneKindAreEqual()
    {
        Assert.Equal(1, AdjustedRand.Of([0, 0, 0], [4, 4, 4]));
        Assert.Equal(1, AdjustedRand.Of([0, 1, 2], [7, 8, 9]));
        Assert.Throws<ArgumentException>(() => AdjustedRand.Of([0, 1], [0]));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void InertiaIsNoWorseThanScikitLearnsOfAsManySeeds(string set, int k)
    {
        using var fixture = new KMeansFixture(set);
        var expected = FormulaValues.Fixture("clustering", "scan.json")[$"{set}-{k}"]!["cosineInertia"]!.GetValue<double>();
        var found = KMeans.Fit(fixture.Matrix, new KMeansSettings(k) { Restarts = 5 }, 1, CPU).Inertia;
        Assert.True(found <= expected * 1.01, $"{found}, scikit-learn has {expected}");
    }

    [Fact]
    public void TheKThatIsThereIsSeen()
    {
        using var fixture = new KMeansFixture("separated");
        var rows = ClusterScan.Of(fixture.Matrix, [2, 4, 6, 8], new KMeansSettings(2), new ClusterScanSettings(Seeds: 4, Sample: 300), 1, CPU).ToList();
        Assert.Equal([2, 4, 6, 8], rows.Select(r => r.K));
        Assert.Equal(6, rows.MaxBy(r => r.Silhouette)!.K);
        Assert.Equal(1, rows[2].Stability, 1e-9);
        Assert.True(rows[3].Stability < 0.999);
        Assert.Equal(rows.OrderByDescending(r => r.Inertia), rows);
        Assert.All(rows, r => Assert.InRange(r.Smallest, 1, r.Largest));
    }

    [Fact]
    public void TheSameSeedGivesTheSameScan()
    {
        using var fixture = new KMeansFixture("overlapping");
        List<ClusterScanRow> Scan() => [.. ClusterScan.Of(fixture.Matrix, [3, 5], new KMeansSettings(2), new ClusterScanSettings(Sample: 100), 9, CPU)];
        Assert.Equal(Scan(), Scan());
    }

    [Fact]
    public void ASampleWithinOneClusterHasNoSilhouette()
    {
        using var fixture = new KMeansFixture("separated");
        Assert.True(double.IsNaN(Silhouette.Of(fixture.Matrix, [0, 1, 2], new int[fixture.Matrix.Rows])));
    }

    [Fact]
    public void ARowOfZerosIsAtDistanceOneFromEverything()
    {
        using var folder = new TemporaryFolder();
        FeatureMatrix.Write(folder.File("m.f32"), 2, [1, 0, 2, 0, 0, 0, 0, 3, 0, 1]);
        using var matrix = FeatureMatrix.Open(folder.File("m.f32"));
        // Rows 0 and 1: a = (0 + 1) / 2 with the zeros in their cluster, b = 1. The zeros: a = b = 1. Rows 3 and 4: a = 0, b = 1.
        Assert.Equal((0.5 + 0.5 + 0 + 1 + 1) / 5, Silhouette.Of(matrix, [0, 1, 2, 3, 4], [0, 0, 0, 1, 1]), 1e-6);
    }

    private static int[] Labels(System.Text.Json.Nodes.JsonNode expected, string name) => [.. expected[name]!.AsArray().Select(n => n!.GetValue<int>())];
}
