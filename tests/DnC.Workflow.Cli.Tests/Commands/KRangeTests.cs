using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Cli.Tests.Commands;

public class KRangeTests
{
    [Theory]
    [InlineData("2..6", 2, new[] { 2, 4, 6 })]
    [InlineData("2..7", 3, new[] { 2, 5 })]
    [InlineData("5", 1, new[] { 5 })]
    [InlineData("2147483646..2147483647", 2, new[] { 2147483646 })]
    public void A_range_is_read(string text, int step, int[] expected) => Assert.Equal(expected, KRange.Parse(text, step).Values);

    [Theory]
    [InlineData("", "2..20")]
    [InlineData("2-6", "--k 2-6")]
    [InlineData("2..", "--k 2..")]
    [InlineData("2..99999999999", "99999999999")]
    [InlineData("1..6", "2 or above")]
    [InlineData("9..4", "4..9")]
    public void One_that_makes_no_sense_is_told(string text, string part) =>
        Assert.Contains(part, Assert.Throws<UserInputException>(() => KRange.Parse(text, 1)).Message, StringComparison.Ordinal);

    [Fact]
    public void More_clusters_than_images_are_refused_with_the_range_that_there_is()
    {
        KRange.Parse("2..9", 1).Require(10);
        Assert.Contains("2..9", Assert.Throws<UserInputException>(() => KRange.Parse("2..10", 1).Require(10)).Message, StringComparison.Ordinal);
    }
}
