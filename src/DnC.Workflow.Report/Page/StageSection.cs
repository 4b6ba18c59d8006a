using DnC.Workflow.Report.Facts;
using DnC.Workflow.Report.Html;
using DnC.Workflow.Stages.Figures;

namespace DnC.Workflow.Report.Page;

/// <summary>The stage graph, the attempts on a time axis, and both as a table.</summary>
internal static class StageSection
{
    public static Markup Of(RunFacts facts) => facts.Stages.Count == 0 ? Markup.None : HtmlText.Of(page =>
    {
        page.Add($"<p class=\"say\">What read what, and how it stands. Equal stages beside one another are drawn as one.</p>\n{GraphDrawing.Of(facts)}");
        if (facts.Attempts.Count > 0)
            page.Add($"<h3>On the clock</h3>\n{Timeline.Of(facts)}");
        if (facts.Wishes.Count > 0)
        {
            page.Add($"<details><summary>What was wanted of the run</summary><ul class=\"wishes\">\n");
            foreach (var wish in facts.Wishes)
                page.Add($"<li>{Figures.At(wish.At)}: {wish.Wish}{(wish.Detail is { } detail ? " " + detail : "")}, by {wish.Who}</li>\n");
            page.Add($"</ul></details>\n");
        }

        Table(page, facts);
    });

    private static void Table(HtmlText page, RunFacts facts)
    {
        page.Add($"<details><summary>All {Figures.Count(facts.Stages.Count, "stage")} as a table</summary><div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Stages\"><table><thead><tr><th scope=\"col\">stage</th><th scope=\"col\">state</th><th scope=\"col\" class=\"n\">attempts</th><th scope=\"col\" class=\"n\">time</th><th scope=\"col\" class=\"n\">compute</th><th scope=\"col\">on</th><th scope=\"col\">note</th></tr></thead><tbody>\n");
        var workers = facts.Attempts.GroupBy(a => a.Stage, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Last().Worker, StringComparer.Ordinal);
        foreach (var stage in facts.Stages)
        {
            var on = string.Join(", ", new[] { workers.GetValueOrDefault(stage.Name), stage.Device, stage.Precision }.OfType<string>());
            page.Add($"<tr><th scope=\"row\">{stage.Name}</th><td>{stage.State}</td><td class=\"n\">{stage.Attempts}</td><td class=\"n\">{(stage.Seconds > 0 ? Figures.Time(stage.Seconds) : "–")}</td><td class=\"n\">{(stage.Flops is > 0 and var f ? Operations.Short(f) : "–")}</td><td>{on}</td><td>{Note(stage)}</td></tr>\n");
        }

        page.Add($"</tbody></table></div></details>\n");
    }

    private static string Note(StageFacts stage) =>
        stage.Error ?? (stage.ReusedFrom is { } from ? $"reused from {from}" : stage.GateShut ? "waits for its gate" : stage.Loss is { } loss ? $"loss {Figures.Short(loss)}" : "");
}
