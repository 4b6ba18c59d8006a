using DnC.Workflow.Learning.Distillation;

namespace DnC.Workflow.Learning.Tests.Distillation;

public class ClusterGroupsTests
{
    [Fact]
    public void SortsByClusterAndThenAsTheyCame()
    {
        var groups = ClusterGroups.Of([7, 0, 7, 3, 0]);
        Assert.Equal([1, 4, 3, 0, 2], groups.Order);
        Assert.Equal([new(0, 0, 2), new(3, 2, 1), new(7, 3, 2)], groups.Groups);
    }

    [Fact]
    public void NothingHasNoGroups() => Assert.Empty(ClusterGroups.Of([]).Groups);

    [Theory]
    [InlineData("both", TargetChoice.Both)]
    [InlineData("base", TargetChoice.Base)]
    [InlineData("experts", TargetChoice.Experts)]
    public void ChoicesHaveTheWordsOfTheSpec(string word, TargetChoice choice) => Assert.Equal(choice, TargetChoices.Parse(word));

    [Fact]
    public void OtherWordsAreRefused() =>
        Assert.Contains("'both'", Assert.Throws<ArgumentException>(() => TargetChoices.Parse("all")).Message, StringComparison.Ordinal);
}
