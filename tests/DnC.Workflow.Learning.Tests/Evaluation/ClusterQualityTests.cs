using CsCheck;
using DnC.Workflow.Learning.Evaluation;
using DnC.Workflow.Learning.Tests.Models;

namespace DnC.Workflow.Learning.Tests.Evaluation;

public class ClusterQualityTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void FiguresAreScikitLearns(int example)
    {
        var expected = FormulaValues.Fixture("evaluation", "evaluation.json")["quality"]!.AsArray()[example]!;
        var quality = ClusterQuality.Of(Whole(expected["clusters"]!), Whole(expected["labels"]!))!;
        Assert.Equal(expected["purity"]!.GetValue<double>(), quality.Purity, 1e-12);
        Assert.Equal(expected["information"]!.GetValue<double>(), quality.MutualInformation, 1e-9);
        Assert.Equal(expected["nmi"]!.GetValue<double>(), quality.Nmi, 1e-9);
        Assert.Equal(expected["accuracy"]!.GetValue<double>(), quality.Accuracy, 1e-12);

        static int[] Whole(System.Text.Json.Nodes.JsonNode node) => [.. node.AsArray().Select(n => n!.GetValue<int>())];
    }

    [Fact]
    public void ImagesWithoutALabelDoNotCount()
    {
        Assert.Equal(ClusterQuality.Of([0, 0, 1], [4, 5, 5]), ClusterQuality.Of([0, 7, 0, 1, 1], [4, -1, 5, 5, -1]));
        Assert.Null(ClusterQuality.Of([0, 1], [-1, -1]));
        Assert.Throws<ArgumentException>(() => ClusterQuality.Of([0, 1], [0]));
    }

    [Fact]
    public void NamesOfClustersAndClassesDoNotMatter() =>
        Gen.Select(Gen.Int[0, 4].Array[1, 40], Gen.Int[0, 6].Array[40]).Sample((clusters, labels) =>
        {
            var quality = ClusterQuality.Of(clusters, labels.AsSpan(0, clusters.Length))!;
            var renamed = ClusterQuality.Of([.. clusters.Select(k => 90 - 3 * k)], [.. labels.Take(clusters.Length).Select(c => (c + 3) % 7)])!;
            Assert.Equal(quality.Purity, renamed.Purity);
            Assert.Equal(quality.Accuracy, renamed.Accuracy);
            Assert.Equal(quality.Nmi, renamed.Nmi, 1e-9);
            Assert.True(quality.Accuracy <= quality.Purity);
            Assert.Equal(Exhaustive(clusters, labels), quality.Accuracy, 1e-12);
        });

    /// <summary>Every way to give the clusters 0 … 4 classes of their own.</summary>
    private static double Exhaustive(int[] clusters, int[] labels)
    {
        var counts = new int[5, 7];
        for (var i = 0; i < clusters.Length; i++)
            counts[clusters[i], labels[i]]++;
        return Best(0, 0) / (double)clusters.Length;

        int Best(int cluster, int taken)
        {
            if (cluster == 5)
                return 0;
            var best = Best(cluster + 1, taken);
            for (var c = 0; c < 7; c++)
            {
                if ((taken >> c & 1) == 0)
                    best = Math.Max(best, counts[cluster, c] + Best(cluster + 1, taken | 1 << c));
            }
            return best;
        }
    }
}
