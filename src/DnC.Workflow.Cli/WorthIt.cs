using System.Globalization;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Cli;

/// <summary>Whether more base training or dividing is the better use of time, in words, with the figures that it is said from. [ours]</summary>
public static class WorthIt
{
    /// <summary>Below this gain by tripling the base's length, in points of top-1, dividing pays; above it, more base training does. [ours, from pilots]</summary>
    private const double Point = 1;

    /// <summary>Without labels: below this relative fall of the loss by tripling, the base is taken to be near its end. [ours]</summary>
    private const double LossShare = 0.02;

    /// <summary>What was measured of base and shorter base, and what it speaks for.</summary>
    /// <param name="trend">The comparison.</param>
    /// <param name="thirdLoss">Last training loss of the shorter one, or null.</param>
    /// <param name="baseLoss">Of the base, or null.</param>
    public static string Of(BaseTrend trend, double? thirdLoss, double? baseLoss)
    {
        ArgumentNullException.ThrowIfNull(trend);
        return trend is { Third: { } third, Base: { } whole } ? Measured(third, whole) + " " + Shape(trend, thirdLoss, baseLoss) : Hint(trend, thirdLoss, baseLoss);
    }

    /// <summary>What DnC gained over the base trained as long as all of it, where both are measured; null where not.</summary>
    public static string? Afterwards(IReadOnlyList<EvaluationRow> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var (dnc, equal) = (rows.FirstOrDefault(r => r is { Model: "dnc", Subset: null }), rows.FirstOrDefault(r => r is { Model: "equal-length", Subset: null }));
        if (dnc is null || equal is null || Mean(equal, dnc) is not { } gain)
            return null;
        var verdict = Math.Abs(gain.Points) <= gain.Error ? "within the error of these test images, neither was the better use of the time"
            : gain.Points > 0 ? "dividing was the better use of the time" : "more base training was the better use of the time";
        return $"Measured at equal length: DnC has {Gains(equal, dnc)} against the base trained as long: {verdict}.";
    }

    private static string Measured(EvaluationRow third, EvaluationRow whole)
    {
        var (points, error) = Mean(third, whole) ?? (0, double.PositiveInfinity);
        var verdict = points >= Point
            ? "The base is still rising: train it longer (base.epochs) before you divide"
            : "The base is near its end: dividing is the better use of the next hours than more base training";
        var doubt = Math.Abs(points - Point) < error ? ", as far as so few test images can tell" : "";
        return string.Create(CultureInfo.InvariantCulture, $"Tripling the base's length up to now gained {Gains(third, whole)} on {whole.Images} test images. {verdict}{doubt} (the rule: below {Point:0} point on average, divide).");
    }

    private static string Hint(BaseTrend trend, double? thirdLoss, double? baseLoss)
    {
        var fall = thirdLoss is > 0 and var from && baseLoss is { } to ? (from - to) / from : (double?)null;
        var verdict = fall is null ? "Neither can be told from the loss."
            : fall >= LossShare ? "The loss is still falling, which speaks for more base training before you divide."
            : "The loss hardly falls any more, which speaks for dividing.";
        return $"There are no labels, so this is a hint and no measurement. {Shape(trend, thirdLoss, baseLoss)} {verdict}";
    }

    private static string Shape(BaseTrend trend, double? thirdLoss, double? baseLoss)
    {
        var loss = thirdLoss is { } from && baseLoss is { } to ? string.Create(CultureInfo.InvariantCulture, $"the loss went from {from:0.###} to {to:0.###}, ") : "";
        var rank = trend is { ThirdRank: { } before, BaseRank: { } after } ? string.Create(CultureInfo.InvariantCulture, $"the features' effective rank from {before:0.0} to {after:0.0}, ") : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"From a third of the length to all of it {loss}{rank}their spread from {trend.ThirdSpread:0.00} to {trend.BaseSpread:0.00}, and {100 * trend.Agreement:0} % of the {trend.Neighbours} nearest neighbours stayed the same ({trend.Images} images).");
    }

    private static string Gains(EvaluationRow from, EvaluationRow to) => string.Join(" and ", new[]
    {
        Gain("k-NN", from.Knn, from.KnnStderr, to.Knn, to.KnnStderr),
        Gain("linear probe", from.Linear, from.LinearStderr, to.Linear, to.LinearStderr),
    }.OfType<string>());

    private static string? Gain(string what, double? from, double? fromError, double? to, double? toError) => from is null || to is null ? null
        : string.Create(CultureInfo.InvariantCulture, $"{to - from:+0.0;−0.0;0.0} ± {Error(fromError, toError):0.0} points ({what})");

    /// <summary>The mean gain of both probes, and its error: the test images are the same, so neither probes nor models err apart, and this is the most that it can be.</summary>
    private static (double Points, double Error)? Mean(EvaluationRow from, EvaluationRow to)
    {
        var gains = new[] { (to.Knn - from.Knn, Error(from.KnnStderr, to.KnnStderr)), (to.Linear - from.Linear, Error(from.LinearStderr, to.LinearStderr)) }.Where(g => g.Item1 is not null).ToList();
        return gains.Count == 0 ? null : (gains.Average(g => g.Item1!.Value), gains.Max(g => g.Item2));
    }

    private static double Error(double? one, double? other) => Math.Sqrt(((one ?? 0) * (one ?? 0)) + ((other ?? 0) * (other ?? 0)));
}
