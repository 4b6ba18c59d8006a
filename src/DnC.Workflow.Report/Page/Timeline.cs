using DnC.Workflow.Report.Facts;
using DnC.Workflow.Report.Html;

namespace DnC.Workflow.Report.Page;

/// <summary>Attempts on a time axis: a row for each stage, or, of very many of one name, as many rows as ran at once.</summary>
internal static class Timeline
{
    private const int Few = 16;
    private const int About = 6;
    private const int Tail = 6;
    private const double Sliver = 0.0025;

    public static Markup Of(RunFacts facts) => HtmlText.Of(page =>
    {
        var scale = new TimeScale(facts.Attempts, facts.Run.Ended ?? facts.Run.Seen);
        var byStage = facts.Attempts.GroupBy(a => a.Stage, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.ToList(), StringComparer.Ordinal);
        Key(page, facts);
        page.Add($"<div class=\"timeline\" role=\"img\" aria-label=\"Attempts over {Figures.Time(scale.End)}; the table below has the same\">\n");
        Axis(page, scale);
        foreach (var fold in StageFold.Of(facts.Stages, Few))
        {
            var attempts = fold.Stages.SelectMany(s => byStage.GetValueOrDefault(s.Name, [])).ToList();
            if (attempts.Count == 0)
                continue;
            foreach (var (i, lane) in (fold.Stages.Count == 1 ? [attempts] : Lanes(attempts, facts.Run.Seen)).Index())
                Row(page, scale, facts.Run.Seen, i == 0 ? fold.Name : "", lane);
        }

        page.Add($"</div>\n");
    });

    // Each attempt in the first lane that is free.
    private static List<List<AttemptFacts>> Lanes(List<AttemptFacts> attempts, DateTimeOffset now)
    {
        var lanes = new List<List<AttemptFacts>>();
        foreach (var attempt in attempts.OrderBy(a => a.Started))
        {
            var free = lanes.FirstOrDefault(l => (l[^1].Ended ?? now) <= attempt.Started);
            if (free is null)
                lanes.Add(free = []);
            free.Add(attempt);
        }

        return lanes;
    }

    private static void Axis(HtmlText page, TimeScale scale)
    {
        page.Add($"<div class=\"axis\"><span></span><div>");
        var step = Ticks.TimeStep(scale.Drawn, About);
        var last = -1.0;
        for (var tick = 0.0; tick <= scale.End; tick += step)
        {
            var place = scale.Place(tick);
            // Within a stretch that is drawn short, ticks would lie on top of one another; at the very end a label would stand out.
            if (place - last < 0.5 / About || place > 0.95 || scale.Gaps.Any(g => tick > g.From && tick < g.To))
                continue;
            last = place;
            page.Add($"<i style=\"left:{100 * place}%\">{(tick == 0 ? "0" : Figures.Time(tick).Replace(".0 s", " s", StringComparison.Ordinal))}</i>");
        }

        foreach (var (from, to) in scale.Gaps)
            page.Add($"<em style=\"left:{100 * scale.Place(from)}%;width:{100 * (scale.Place(to) - scale.Place(from))}%\" title=\"nothing ran for {Figures.Time(to - from)}\"></em>");
        page.Add($"</div></div>\n");
    }

    private static void Row(HtmlText page, TimeScale scale, DateTimeOffset now, string name, List<AttemptFacts> attempts)
    {
        // Where it is narrow, the first part is cut off: what tells stages apart stands at the end.
        var head = name[..Math.Max(0, name.Length - Tail)];
        page.Add($"<div class=\"row\"><span title=\"{name}\"><span>{head}</span><span>{name[head.Length..]}</span></span><div>");
        foreach (var a in attempts)
        {
            var (from, to) = (scale.Place(scale.At(a.Started)), scale.Place(scale.At(a.Ended ?? now)));
            page.Add($"<b class=\"{a.Outcome.Replace(' ', '-')}\" style=\"left:{100 * from}%;width:{100 * Math.Max(Sliver, to - from)}%\" title=\"{Says(a, now)}\"></b>");
        }

        page.Add($"</div></div>\n");
    }

    private static string Says(AttemptFacts a, DateTimeOffset now)
    {
        var resumed = a.ResumedAtStep is { } from ? $", gone on from step {Figures.Count(from)}" : "";
        var why = a.Why is { } reason && a.Outcome != "completed" ? $": {reason}" : "";
        return $"{a.Stage}, attempt {a.Generation}-{a.Number} on {a.Worker}, {Figures.Time(((a.Ended ?? now) - a.Started).TotalSeconds)}{resumed}, {(a.Outcome == "completed" ? Word(a.Outcome) : a.Outcome)}{why}";
    }

    private static void Key(HtmlText page, RunFacts facts)
    {
        page.Add($"<ul class=\"key outcomes\">");
        foreach (var outcome in facts.Attempts.Select(a => a.Outcome).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
            page.Add($"<li><i class=\"{outcome.Replace(' ', '-')}\"></i>{Word(outcome)}</li>");
        page.Add($"</ul>\n");
    }

    private static string Word(string outcome) => outcome switch
    {
        // The word that its stage has.
        "completed" => "succeeded",
        "released" => "released: given back before its end",
        "lost" => "lost with its worker",
        "input lost" => "gave up an input that was gone",
        _ => outcome,
    };
}
