using DnC.Workflow.Report.Html;

namespace DnC.Workflow.Report.Page;

/// <summary>Scores with their errors, as people read them; what stands together is not broken over lines.</summary>
internal static class ScoreWords
{
    /// <summary>Test images of which a share says something. [ours]</summary>
    private const int Fewest = 10;

    /// <summary>Whether a share of so many test images says nothing: neither it nor its error can be told from them.</summary>
    public static bool AreTooFew(int images) => images < Fewest;

    /// <summary>'– (2 test images)': what stands instead of a score of too few.</summary>
    public static string None(int images) => $"– ({Figures.Count(images, "test image")})";

    /// <summary>'59.1 ± 7.4 %'; without a known error '59.1 %'.</summary>
    /// <param name="value">In percent.</param>
    /// <param name="error">Its standard error in points, or null.</param>
    public static string Of(double value, double? error) =>
        error is { } e ? $"{Figures.Tenth(value)}\u00a0±\u00a0{Figures.Tenth(e)}\u00a0%" : $"{Figures.Tenth(value)}\u00a0%";

    /// <summary>'3.7 ± 2.1 points above its base'; '6.8 points below its base (within the error)'.</summary>
    /// <param name="score">The score and its error.</param>
    /// <param name="other">That which it is held against, and its error.</param>
    /// <param name="whose">What that is of.</param>
    public static string Against((double Value, double? Error) score, (double Value, double? Error) other, string whose)
    {
        var (points, error) = (score.Value - other.Value, Error(score.Error, other.Error));
        var (size, where) = (Figures.Tenth(Math.Abs(points)), points > 0 ? "above" : "below");
        return size == "0.0" ? $"level with {whose}"
            : error is not { } e ? $"{size} points {where} {whose}"
            : Math.Abs(points) <= e ? $"{size} points {where} {whose} (within the error)"
            : $"{size}\u00a0±\u00a0{Figures.Tenth(e)} points {where} {whose}";
    }

    /// <summary>The error of a difference in points, as of scores that err by themselves: on the same test images, the most that it can be. Null where none is known.</summary>
    public static double? Error(double? one, double? other) => one is null && other is null ? null : Math.Sqrt(((one ?? 0) * (one ?? 0)) + ((other ?? 0) * (other ?? 0)));
}
