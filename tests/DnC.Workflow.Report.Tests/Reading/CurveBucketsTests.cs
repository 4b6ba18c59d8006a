using DnC.Workflow.Report.Reading;

namespace DnC.Workflow.Report.Tests.Reading;

public class CurveBucketsTests
{
    [Fact]
    public void A_short_curve_stays_as_it_is()
    {
        var buckets = new CurveBuckets(100);
        for (var i = 0; i < 40; i++)
            buckets.Add(i * 10, i * 0.5);

        var series = buckets.Series();

        Assert.Equal(Enumerable.Range(0, 40).Select(i => i * 10L), series.Steps);
        Assert.Equal(Enumerable.Range(0, 40).Select(i => i * 0.5), series.Values);
    }

    [Theory]
    [InlineData(1_000)]
    [InlineData(12_345)]
    [InlineData(200_000)]
    public void A_long_curve_keeps_its_ends_and_every_spike_in_bounded_room(int points)
    {
        const int Most = 64;
        var buckets = new CurveBuckets(Most);
        for (var i = 0; i < points; i++)
            buckets.Add(i, i == points / 3 ? 1000 : i == points / 2 ? -1000 : Math.Sin(i));

        var series = buckets.Series();

        Assert.InRange(series.Steps.Count, Most / 2, Most);
        Assert.Equal((0L, points - 1L), (series.Steps[0], series.Steps[^1]));
        Assert.Equal(Math.Sin(points - 1), series.Values[^1]);
        Assert.Equal(points / 3, series.Steps[series.Values.ToList().IndexOf(1000)]);
        Assert.Equal(points / 2, series.Steps[series.Values.ToList().IndexOf(-1000)]);
        Assert.Equal(series.Steps.Order().Distinct(), series.Steps);
    }

    [Fact]
    public void What_is_no_finite_number_is_left_out()
    {
        var buckets = new CurveBuckets(10);
        buckets.Add(1, double.NaN);
        buckets.Add(2, 3);
        buckets.Add(3, double.PositiveInfinity);

        Assert.Equal([2L], buckets.Series().Steps);
        Assert.Equal([3.0], buckets.Series().Values);
        Assert.Empty(new CurveBuckets(10).Series().Steps);
    }
}
