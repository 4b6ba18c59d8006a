using DnC.Workflow.Report.Facts;
using DnC.Workflow.Report.Html;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Report.Page;

/// <summary>A run in one sentence.</summary>
internal static class Verdict
{
    /// <summary>How it went and what came out.</summary>
    public static string Of(RunFacts facts) => facts.Run.State switch
    {
        "succeeded" => Succeeded(facts),
        "failed" => Failed(facts),
        "cancelled" => $"It was cancelled with {Done(facts)}.",
        "paused" => $"It is held, with {Done(facts)}.",
        _ => Running(facts),
    };

    /// <summary>From the first claim to the end, or to now; 0 where nothing has begun.</summary>
    public static double Seconds(RunFacts facts) => facts.Attempts.Count == 0 ? 0
        : ((facts.Run.Ended ?? facts.Run.Seen) - facts.Attempts.Min(a => a.Started)).TotalSeconds;

    private static string Succeeded(RunFacts facts)
    {
        var made = facts.Divisions is [.., { Clusters.Count: var clusters }] && facts.Origin.TrainImages is { } images
            ? $"{Figures.Count(images, "image")} were divided into {Figures.Count(clusters, "cluster")}, an expert was trained on each, and all became one model"
            : "One model was distilled from the base and its experts";
        var took = Seconds(facts) is > 0 and var seconds ? $" in {Figures.Time(seconds)}" : ", every result of it reused";
        return $"{made}{took}. {Result(facts)}";
    }

    private static string Result(RunFacts facts)
    {
        if (facts.Measured.Whole("dnc") is not { } dnc || Of(dnc) is not { } now)
            return facts.Measured.Skipped is { } why ? $"Nothing is measured: {why}." : "";
        if (ScoreWords.AreTooFew(dnc.Images))
            return $"It was tested on {Figures.Count(dnc.Images, "image")}, too few to tell a score.";
        var gain = Of(facts.Measured.Whole("base")) is { } then ? $", {ScoreWords.Against(now, then, "its base")}" : "";
        var longer = Of(facts.Measured.Whole("equal-length")) is { } other ? $"; the base alone, trained as long as all of it, has {ScoreWords.Of(other.Value, other.Error)}" : "";
        return $"It scores {ScoreWords.Of(now.Value, now.Error)} ({(dnc.Linear is null ? "k-NN" : "linear probe")}){gain}{longer}.";

        // By the probe that the model itself was measured with.
        (double Value, double? Error)? Of(EvaluationRow? row) => (dnc.Linear is null ? row?.Knn : row?.Linear) is { } value
            ? (value, dnc.Linear is null ? row!.KnnStderr : row!.LinearStderr)
            : null;
    }

    private static string Failed(RunFacts facts)
    {
        var failed = facts.Stages.Where(s => s.State == "failed").ToList();
        return failed switch
        {
            [] => $"It ended with {Done(facts)}.",
            [var one] => $"{one.Name} failed: {one.Error ?? "no reason is known."}",
            [var first, ..] => $"{Figures.Count(failed.Count, "stage")} failed, the first of them {first.Name}: {first.Error ?? "no reason is known."}",
        };
    }

    private static string Running(RunFacts facts)
    {
        var now = facts.Stages.Where(s => s.State == "running").Select(s => s.Steps > 0 ? $"{s.Name} ({100 * s.Step / s.Steps}\u00a0%)" : s.Name).ToList();
        var shown = now.Count > 4 ? $"{string.Join(", ", now.Take(3))} and {now.Count - 3} more" : string.Join(", ", now);
        return $"It has {Done(facts)}{(now.Count > 0 ? $"; running now: {shown}" : "")}.";
    }

    private static string Done(RunFacts facts) =>
        $"{facts.Stages.Count(s => s.State is "succeeded" or "reused" or "skipped")} of {Figures.Count(facts.Stages.Count, "stage")} done";
}
