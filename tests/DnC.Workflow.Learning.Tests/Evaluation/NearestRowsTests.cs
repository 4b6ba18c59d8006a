using DnC.Workflow.Learning.Evaluation;
using DnC.Workflow.Learning.Tests.Models;

namespace DnC.Workflow.Learning.Tests.Evaluation;

public class NearestRowsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(19)]
    [InlineData(64)]
    public void TheyAreThoseOfTheWholeSortedByCosineInDoublePrecision(int width)
    {
        const int Rows = 500, Queries = 3, Count = 7;
        var (rows, queries) = (Values("rows", Rows * width), Values("queries", Queries * width));
        var nearest = new NearestRows(queries, width, Count);
        for (var first = 0; first < Rows; first += 123)
        {
            var count = Math.Min(123, Rows - first);
            nearest.Add([.. Enumerable.Range(first, count).Select(r => $"{r}")], rows.AsSpan(first * width, count * width));
        }

        Assert.Equal(Queries, nearest.Found.Count);
        for (var q = 0; q < Queries; q++)
        {
            var all = Enumerable.Range(0, Rows).Select(r => Cosine(rows.AsSpan(r * width, width), queries.AsSpan(q * width, width))).OrderDescending().Take(Count);
            Assert.All(all.Zip(nearest.Found[q]), p => Assert.Equal(p.First, p.Second.Similarity, 1e-5));
            Assert.Equal(Count, nearest.Found[q].Select(n => n.Id).Distinct().Count());
        }
    }

    [Fact]
    public void OfEqualRowsTheEarlierIsTheNearerAndZerosAreAtARightAngle()
    {
        var nearest = new NearestRows([1, 0], 2, 3);
        nearest.Add(["far", "twin", "zero"], [-1, 0, 2, 0, 0, 0]);
        nearest.Add(["later twin", "right"], [5, 0, 0, 1]);
        Assert.Equal([new Neighbour("twin", 1), new Neighbour("later twin", 1), new Neighbour("zero", 0)], nearest.Found[0]);
        Assert.Throws<ArgumentException>(() => nearest.Add(["short"], [1]));
    }

    private static float[] Values(string name, int count) => Array.ConvertAll(FormulaValues.Of(name, count).Values(), v => (float)v);

    private static double Cosine(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double product = 0, first = 0, second = 0;
        for (var i = 0; i < a.Length; i++)
            (product, first, second) = (product + ((double)a[i] * b[i]), first + ((double)a[i] * a[i]), second + ((double)b[i] * b[i]));
        return product / Math.Sqrt(first * second);
    }
}
