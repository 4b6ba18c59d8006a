using DnC.Workflow.Report.Reading;

namespace DnC.Workflow.Report.Tests.Reading;

public class ThinnedTests
{
    [Theory]
    [InlineData(3, 10)]
    [InlineData(10, 10)]
    [InlineData(11, 10)]
    [InlineData(1000, 10)]
    [InlineData(99_999, 100)]
    public void Items_of_a_stream_are_kept_evenly(int length, int most)
    {
        var kept = new Thinned<int>(most);
        for (var i = 0; i < length; i++)
            kept.Add(i);

        Assert.Equal(length, kept.Seen);
        Assert.Equal(Math.Min(length, most), kept.Items.Count);
        Assert.Equal(kept.Items.Order().Distinct(), kept.Items);
        var gaps = kept.Items.Zip(kept.Items.Skip(1), (a, b) => b - a).ToList();
        Assert.True(gaps.Max() <= Math.Max(1, 3 * length / most), $"a gap of {gaps.Max()}");
        Assert.True(kept.Items[^1] >= length - Math.Max(1, 3 * length / most));
    }

    [Fact]
    public void Items_that_are_passed_over_count_as_well()
    {
        var (all, lazy) = (new Thinned<int>(7), new Thinned<int>(7));
        for (var i = 0; i < 1000; i++)
        {
            all.Add(i);
            if (lazy.WantsNext)
                lazy.Add(i);
            else
                lazy.Skip();
        }

        Assert.Equal(all.Items, lazy.Items);
    }
}
