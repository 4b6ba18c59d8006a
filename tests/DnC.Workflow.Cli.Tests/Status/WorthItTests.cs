using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Cli.Tests.Status;

public class WorthItTests
{
    private static EvaluationRow Row(string model, double knn, double linear, double error = 0.5) => new(model, null, 1000, knn, error, linear, error);

    private static BaseTrend Trend(EvaluationRow? third, EvaluationRow? whole) => new(2000, 10, 0.42, 31.2, 35.5, 0.8, 0.9, third, whole);

    [Theory]
    [InlineData(27, 33, "The base is still rising", false)]
    [InlineData(20.2, 25.1, "The base is near its end", false)]
    [InlineData(21.2, 26.2, "The base is still rising", true)]
    [InlineData(20.9, 25.9, "The base is near its end", true)]
    [InlineData(18, 22, "The base is near its end", false)]
    public void With_labels_it_is_the_gain_of_both_probes_against_a_point_with_its_error(double knn, double linear, string verdict, bool doubtful)
    {
        var text = WorthIt.Of(Trend(Row("third", 20, 25), Row("base", knn, linear)), 3.2, 3.1);

        Assert.Contains(verdict, text, StringComparison.Ordinal);
        Assert.Equal(doubtful, text.Contains("as far as so few test images can tell", StringComparison.Ordinal));
        Assert.Contains("± 0.7 points (k-NN)", text, StringComparison.Ordinal);
        Assert.Contains("the loss went from 3.2 to 3.1, the features' effective rank from 31.2 to 35.5, their spread from 0.80 to 0.90, and 42 % of the 10 nearest neighbours stayed the same (2000 images)", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3.2, 3.1, "still falling, which speaks for more base training")]
    [InlineData(3.2, 3.19, "hardly falls any more, which speaks for dividing")]
    [InlineData(3.2, 3.3, "hardly falls any more, which speaks for dividing")]
    [InlineData(null, 3.3, "Neither can be told")]
    public void Without_labels_it_is_called_a_hint(double? third, double? whole, string verdict)
    {
        var text = WorthIt.Of(Trend(null, null), third, whole);

        Assert.StartsWith("There are no labels, so this is a hint and no measurement.", text, StringComparison.Ordinal);
        Assert.Contains(verdict, text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(26.3, 31.2, 24.8, 28.8, "dividing was the better use")]
    [InlineData(30.8, 37.4, 44.3, 54.6, "more base training was the better use")]
    [InlineData(25, 29, 25.2, 28.9, "neither was the better use")]
    public void Afterwards_DnC_is_held_against_the_base_trained_as_long(double knn, double linear, double equalKnn, double equalLinear, string verdict) =>
        Assert.Contains(verdict, WorthIt.Afterwards([Row("dnc", knn, linear), Row("equal-length", equalKnn, equalLinear)]), StringComparison.Ordinal);

    [Fact]
    public void Afterwards_says_nothing_where_one_of_the_two_is_missing()
    {
        Assert.Null(WorthIt.Afterwards([Row("dnc", 20, 20)]));
        Assert.Null(WorthIt.Afterwards([Row("equal-length", 20, 20), Row("dnc", 20, 20) with { Subset = "cluster 1" }]));
    }
}
