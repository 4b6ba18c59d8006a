using DnC.Workflow.Images.Loading;
using DnC.Workflow.Report.Layout;

namespace DnC.Workflow.Report.Tests.Layout;

public class NeighbourMapTests
{
    private const int Groups = 6;
    private const int Each = 40;
    private const int Width = 24;

    [Fact]
    public void Rows_that_are_alike_lie_together_where_linear_axes_lay_them_over_one_another()
    {
        var rows = Rows();

        var map = NeighbourMap.Of(rows);

        Assert.All(map, v => Assert.True(float.IsFinite(v)));
        var (own, linear) = (Purity(map), Purity(PrincipalAxes.Project(rows)));
        Assert.True(own > 0.99, $"{own:0.00} of the nearest points are of the same group");
        Assert.True(linear < own);
    }

    [Fact]
    public void Very_many_small_groups_fill_the_plane()
    {
        var draw = new DerivedRandom(3);
        var centres = Enumerable.Range(0, 200).Select(_ => Enumerable.Range(0, 16).Select(_ => (float)((2 * draw.NextUnit()) - 1)).ToArray()).ToArray();
        var rows = Enumerable.Range(0, 1000).Select(i => centres[i % 200].Select(c => c + (0.3f * (float)((2 * draw.NextUnit()) - 1))).ToArray()).ToArray();

        var square = Plane.InUnitSquare(NeighbourMap.Of(rows));

        // Evenly spread points have a deviation of 0.29 on both axes.
        Assert.All(new[] { Deviation(square.Select(p => p.X)), Deviation(square.Select(p => p.Y)) }, d => Assert.InRange(d, 0.12, 0.4));

        static double Deviation(IEnumerable<double> values) => Math.Sqrt(values.Average(v => v * v) - Math.Pow(values.Average(), 2));
    }

    [Fact]
    public void The_same_rows_give_the_same_map() => Assert.Equal(NeighbourMap.Of(Rows()), NeighbourMap.Of(Rows()));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(5)]
    public void Few_rows_and_equal_rows_have_places_too(int count)
    {
        var rows = Enumerable.Range(0, count).Select(_ => new float[] { 1, 2, 3 }).ToArray();

        Assert.All(NeighbourMap.Of(rows), v => Assert.True(float.IsFinite(v)));
        Assert.All(Plane.InUnitSquare(NeighbourMap.Of(rows)), p => Assert.True(p is { X: >= 0 and <= 1, Y: >= 0 and <= 1 }));
    }

    [Fact]
    public void Probabilities_are_those_of_the_formula_in_double()
    {
        var rows = Rows().Where((_, i) => i % 8 == 0).Select(Vectors.Unit).ToArray();
        const double Perplexity = 5;
        var n = rows.Length;

        var joint = NeighbourProbabilities.Of(rows, Perplexity);

        Assert.Equal(1, joint.Sum(p => (double)p), 1e-4);
        var reference = new double[n, n];
        for (var i = 0; i < n; i++)
        {
            var distances = rows.Select(r => r.Zip(rows[i], (a, b) => ((double)a - b) * ((double)a - b)).Sum()).ToArray();
            // The precision at which 2 to the entropy in bits is the perplexity, by a scan that is finer than needed.
            var (low, high) = (1e-6, 1e6);
            for (var step = 0; step < 200; step++)
            {
                var middle = Math.Sqrt(low * high);
                if (Math.Exp(Entropy(distances, i, middle)) > Perplexity)
                    low = middle;
                else
                    high = middle;
            }

            var p = Conditional(distances, i, low);
            for (var j = 0; j < n; j++)
            {
                reference[i, j] += p[j] / (2 * n);
                reference[j, i] += p[j] / (2 * n);
            }
        }

        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
                Assert.Equal(reference[i, j], joint[(i * n) + j], 2e-5);
        }
    }

    [Fact]
    public void A_turned_and_mirrored_plane_is_turned_back()
    {
        var points = new float[] { 0, 0, 4, 0, 0, 2, 5, 5 };
        var (cos, sin) = (MathF.Cos(2), MathF.Sin(2));
        var turned = Enumerable.Range(0, 4).SelectMany(i => new[] { 3 + (cos * points[2 * i]) + (sin * points[(2 * i) + 1]), (sin * points[2 * i]) - (cos * points[(2 * i) + 1]) }).ToArray();

        var back = Plane.InUnitSquare(Plane.Aligned(turned, points));

        foreach (var (was, now) in Plane.InUnitSquare(points).Zip(back))
            Assert.Equal((was.X, was.Y), now, new Near());
    }

    private static float[][] Rows()
    {
        var draw = new DerivedRandom(7);
        var centres = Enumerable.Range(0, Groups).Select(_ => Draws(1)).ToArray();
        return [.. Enumerable.Range(0, Groups * Each).Select(i => centres[i % Groups].Zip(Draws(0.45), (c, d) => (float)(c + d)).ToArray())];

        double[] Draws(double scale) => [.. Enumerable.Range(0, Width).Select(_ => scale * ((2 * draw.NextUnit()) - 1))];
    }

    private static double Purity(float[] map)
    {
        var n = map.Length / 2;
        return Enumerable.Range(0, n).Average(i =>
        {
            var nearest = Enumerable.Range(0, n).Where(j => j != i).OrderBy(j => MathF.Pow(map[2 * i] - map[2 * j], 2) + MathF.Pow(map[(2 * i) + 1] - map[(2 * j) + 1], 2)).Take(5);
            return nearest.Count(j => j % Groups == i % Groups) / 5.0;
        });
    }

    private static double[] Conditional(double[] distances, int self, double precision)
    {
        var weights = distances.Select((d, j) => j == self ? 0 : Math.Exp(-precision * d)).ToArray();
        return [.. weights.Select(w => w / weights.Sum())];
    }

    private static double Entropy(double[] distances, int self, double precision) =>
        -Conditional(distances, self, precision).Where(p => p > 0).Sum(p => p * Math.Log(p));

    private sealed class Near : IEqualityComparer<(double X, double Y)>
    {
        public bool Equals((double X, double Y) a, (double X, double Y) b) => Math.Abs(a.X - b.X) < 1e-4 && Math.Abs(a.Y - b.Y) < 1e-4;

        public int GetHashCode((double X, double Y) point) => 0;
    }
}
