using DnC.Workflow.Learning.Evaluation;

namespace DnC.Workflow.Learning.Tests.Evaluation;

public class LabelledShareTests
{
    private static readonly string[] Ids = [.. Enumerable.Range(0, 500).Select(i => $"image-{i}")];
    private static readonly int[] Labels = [.. Enumerable.Range(0, 500).Select(i => i < 300 ? 0 : i < 495 ? 1 : 2)];
    private static readonly int[] All = [.. Enumerable.Range(0, 500)];

    [Theory]
    [InlineData(0.01, 3, 1, 1)]
    [InlineData(0.1, 30, 19, 1)]
    [InlineData(1, 300, 195, 5)]
    public void Every_class_gives_its_share_and_one_image_at_least(double share, params int[] counts)
    {
        var drawn = LabelledShare.Draw(Ids, Labels, All, share);

        Assert.Equal(counts, Enumerable.Range(0, 3).Select(c => drawn.Count(row => Labels[row] == c)));
        Assert.Equal(drawn.Order().Distinct(), drawn);
    }

    [Fact]
    public void A_smaller_share_is_part_of_a_larger_one_and_the_order_of_the_files_takes_no_part()
    {
        var (one, ten) = (LabelledShare.Draw(Ids, Labels, All, 0.01), LabelledShare.Draw(Ids, Labels, All, 0.1));
        Assert.Subset(new HashSet<int>(ten), new HashSet<int>(one));

        string[] turned = [.. Ids.Reverse()];
        var again = LabelledShare.Draw(turned, [.. Labels.Reverse()], All, 0.1);
        Assert.Equal(ten.Select(row => Ids[row]).Order(StringComparer.Ordinal), again.Select(row => turned[row]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Only_the_rows_that_were_given_are_drawn()
    {
        var odd = All.Where(row => row % 2 == 1).ToArray();

        Assert.All(LabelledShare.Draw(Ids, Labels, odd, 0.5), row => Assert.Equal(1, row % 2));
    }
}
