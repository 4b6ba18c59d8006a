using DnC.Workflow.Learning.Evaluation;

namespace DnC.Workflow.Learning.Tests.Evaluation;

public class AccuracyTests
{
    [Fact]
    public void CountsAndHasABinomialError()
    {
        var accuracy = Accuracy.Of([1, 2, 3, 0], [1, 2, 0, 0]);
        Assert.Equal((75.0, 4), (accuracy.Percent, accuracy.Images));
        Assert.Equal(100 * Math.Sqrt(0.75 * 0.25 / 4), accuracy.StandardError, 1e-9);
        Assert.Equal(0, Accuracy.Of([5], [5]).StandardError);
    }

    [Fact]
    public void ChanceIsAGuessAmongTheClassesThereAre() => Assert.Equal(25, Accuracy.Chance([0, 7, 7, 3, 9, 0], 100).Percent);

    [Fact]
    public void NothingToCountIsRefused()
    {
        Assert.Throws<ArgumentException>(() => Accuracy.Of([], []));
        Assert.Throws<ArgumentException>(() => Accuracy.Of([1], [1, 2]));
    }
}
