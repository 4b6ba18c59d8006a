using DnC.Workflow.Learning.Clustering;
using DnC.Workflow.Learning.Evaluation;
using DnC.Workflow.Learning.Tests.Models;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Tests.Evaluation;

public sealed class NeighbourAgreementTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void It_is_the_share_of_common_neighbours_by_plain_loops()
    {
        using var first = Matrix("first", 60, 7);
        using var second = Matrix("second", 60, 5);
        var shares = Enumerable.Range(0, 60).Select(row => Nearest(first, row).Intersect(Nearest(second, row)).Count() / 10.0);

        Assert.Equal(shares.Average(), NeighbourAgreement.Of(first, second, 10, CPU), 1e-12);
    }

    [Fact]
    public void A_model_agrees_with_itself_whatever_its_scale_and_unrelated_ones_by_chance()
    {
        using var first = Matrix("first", 300, 16);
        using var scaled = Matrix("first", 300, 16, scale: 40);
        using var other = Drawn(300, 16);

        Assert.Equal(1, NeighbourAgreement.Of(first, scaled, 10, CPU));
        // 10 of 299: of 3,000 draws, within five standard deviations.
        Assert.InRange(NeighbourAgreement.Of(first, other, 10, CPU), 0.0334 - 0.0165, 0.0334 + 0.0165);
    }

    [Fact]
    public void Where_there_are_fewer_all_are_neighbours_and_other_sizes_are_refused()
    {
        using var few = Matrix("few", 4, 3);
        using var more = Matrix("more", 5, 3);

        Assert.Equal(1, NeighbourAgreement.Of(few, few, 10, CPU));
        Assert.Contains("5 rows", Assert.Throws<ArgumentException>(() => NeighbourAgreement.Of(few, more, 10, CPU)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Spread_is_nothing_where_all_point_one_way_and_everything_where_they_cancel()
    {
        FeatureMatrix.Write(_folder.File("one"), 2, [1f, 1, 2, 2, 5, 5]);
        FeatureMatrix.Write(_folder.File("all"), 2, [1f, 0, -7, 0, 0, 2, 0, -1, 0, 0]);
        using var one = FeatureMatrix.Open(_folder.File("one"));
        using var all = FeatureMatrix.Open(_folder.File("all"));

        Assert.Equal(0, EmbeddingShape.Spread(one), 1e-12);
        Assert.Equal(1, EmbeddingShape.Spread(all), 1e-12);
        Assert.Equal(1, EmbeddingShape.Rank(one, CPU)!.Value, 1e-3);
    }

    private static int[] Nearest(FeatureMatrix matrix, int row)
    {
        var own = matrix.Row(row).ToArray();
        return [.. Enumerable.Range(0, matrix.Rows).Where(other => other != row).OrderByDescending(other => Cosine(own, matrix.Row(other).ToArray())).Take(10)];
    }

    private static double Cosine(float[] a, float[] b) =>
        a.Zip(b, (x, y) => (double)x * y).Sum() / Math.Sqrt(a.Sum(x => (double)x * x) * b.Sum(x => (double)x * x));

    // Drawn, since the formula's matrices are all shifts of one sequence, and alike in their neighbours.
    private FeatureMatrix Drawn(int rows, int columns)
    {
        var draws = new Random(3);
        var path = _folder.File("drawn");
        FeatureMatrix.Write(path, columns, [.. Enumerable.Range(0, rows * columns).Select(_ => draws.NextSingle() - 0.5f)]);
        return FeatureMatrix.Open(path);
    }

    private FeatureMatrix Matrix(string name, int rows, int columns, double scale = 1)
    {
        var path = _folder.File($"{name}-{scale}");
        FeatureMatrix.Write(path, columns, [.. FormulaValues.Of(name, rows, columns).Values().Select(v => (float)(v * scale))]);
        return FeatureMatrix.Open(path);
    }
}
