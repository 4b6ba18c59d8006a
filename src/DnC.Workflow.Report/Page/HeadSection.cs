using DnC.Workflow.Report.Facts;
using DnC.Workflow.Report.Html;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Figures;

namespace DnC.Workflow.Report.Page;

/// <summary>How the run went and what came out, in a sentence and a few figures; the parts of the method as far as they are.</summary>
internal static class HeadSection
{
    public static Markup Of(RunFacts facts) => HtmlText.Of(page =>
    {
        page.Add($"""
            <header>
            <p class="eyebrow">Divide and Contrast</p>
            <h1>{facts.Run.Name}</h1>
            <p class="lead"><span class="state {facts.Run.State}">{facts.Run.State}</span> {Verdict.Of(facts)}</p>
            {WayOut(facts)}<p class="about">Run <code>{facts.Run.Id}</code>, begun {Figures.At(facts.Run.Created)}{(facts.Run.Gated ? ", paced by a workflow" : "")}.</p>

            """);
        Tiles(page, facts);
        Flow(page, facts);
        if (facts.Missing.Count > 0)
        {
            page.Add($"<details class=\"missing\" open><summary>Not in this report</summary><ul>\n");
            foreach (var missing in facts.Missing)
                page.Add($"<li><b>{missing.What}</b>: {missing.Why}</li>\n");
            page.Add($"</ul></details>\n");
        }

        page.Add($"</header>\n");
    });

    private static Markup WayOut(RunFacts facts) => facts.Run.State != "failed" ? Markup.None
        : HtmlText.Of(page => page.Add($"<p>After mending the cause: <code>dnc resume {facts.Run.Id}</code></p>\n"));

    private static void Tiles(HtmlText page, RunFacts facts)
    {
        var tiles = new List<(string Name, string Value, string Note)>();
        Score("linear probe", r => (r.Linear, r.LinearStderr));
        Score("k-NN", r => (r.Knn, r.KnnStderr));
        if (facts.Origin.TrainImages is { } images)
            tiles.Add(("images", Figures.Count(images), "trained on, without labels"));
        if (facts.Divisions is [.., var last])
            tiles.Add(("clusters", Figures.Count(last.Clusters.Count), last.Clusters.Count == last.Asked ? "as asked for" : $"of {last.Asked} asked for"));
        if (Verdict.Seconds(facts) is > 0 and var seconds)
            tiles.Add(("time", Figures.Time(seconds), $"{Figures.Time(facts.Cost.Sum(c => c.Seconds))} of work"));
        if (facts.Cost.Sum(c => c.Flops) is > 0 and var flops)
            tiles.Add(("compute", Operations.Short(flops), Reused(facts)));
        var broken = facts.Attempts.Count(IsBrokenOff);
        if (broken > 0)
            tiles.Add(("attempts broken off", Figures.Count(broken), GoneOn(facts, broken)));
        if (tiles.Count == 0)
            return;
        page.Add($"<dl class=\"tiles\">\n");
        foreach (var (name, value, note) in tiles)
            page.Add($"<div><dt>{name}</dt><dd><b>{value}</b><span>{note}</span></dd></div>\n");
        page.Add($"</dl>\n");

        void Score(string probe, Func<EvaluationRow, (double? Value, double? Error)> of)
        {
            if (facts.Measured.Whole("dnc") is not { } dnc || of(dnc) is not ({ } now, var error))
                return;
            if (ScoreWords.AreTooFew(dnc.Images))
            {
                tiles.Add((probe, "–", $"{Figures.Count(dnc.Images, "test image")}, too few to tell"));
                return;
            }

            var before = facts.Measured.Whole("base") is { } row ? of(row) : default;
            tiles.Add((probe, ScoreWords.Of(now, error), before.Value is { } then ? ScoreWords.Against((now, error), (then, before.Error), "its base") : "of the distilled model"));
        }
    }

    private static bool IsBrokenOff(AttemptFacts attempt) => attempt.Outcome is "released" or "lost";

    // A pause, a worker without a device, a store that was away: what came of a stop, only the attempt after it tells.
    private static string GoneOn(RunFacts facts, int broken)
    {
        var gone = facts.Attempts.GroupBy(a => (a.Stage, a.Generation)).Select(g => g.OrderBy(a => a.Number).ToList())
            .Sum(own => own.Zip(own.Skip(1)).Count(p => IsBrokenOff(p.First) && p.Second.ResumedAtStep is not null));
        return gone == 0 ? "released, or lost with a worker" : gone == broken ? "gone on from, at a checkpoint" : $"{Figures.Count(gone)} gone on from, at a checkpoint";
    }

    private static string Reused(RunFacts facts) =>
        facts.Cost.Sum(c => c.ReusedFlops) is > 0 and var reused ? $"{Operations.Short(reused)} of it reused" : "of all stages";

    private static void Flow(HtmlText page, RunFacts facts)
    {
        if (facts.Cost.Count == 0)
            return;
        page.Add($"<ol class=\"flow\" aria-label=\"Parts of the method\">\n");
        foreach (var part in facts.Cost)
        {
            var stages = facts.Stages.Where(s => s.Part == part.Part).ToList();
            var state = stages.Any(s => s.State == "failed") ? "failed" : part.Done == part.Stages ? part.Reused == part.Stages ? "reused" : "succeeded"
                : stages.Any(s => s.State == "running") ? "running" : stages.Any(s => s.State == "cancelled") ? "cancelled" : "waiting";
            var done = part.Stages == 1 ? state : $"{part.Done} of {part.Stages}";
            page.Add($"<li class=\"{state}\"><b>{part.Part}</b><span>{done}{(part.Seconds > 0 ? " · " + Figures.Time(part.Seconds) : "")}</span></li>\n");
        }

        page.Add($"</ol>\n");
    }
}
