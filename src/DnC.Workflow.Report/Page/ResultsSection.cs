using DnC.Workflow.Report.Facts;
using DnC.Workflow.Report.Html;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Report.Page;

/// <summary>The evaluation table with errors; experts beside the base on their clusters; few labels; whether dividing was worth it.</summary>
internal static class ResultsSection
{
    /// <summary>Experts that are shown at once. [ours]</summary>
    private const int Few = 12;

    public static Markup Of(RunFacts facts) => HtmlText.Of(page =>
    {
        var measured = facts.Measured;
        if (measured.Skipped is not null || measured.Rows.Count == 0)
            page.Add($"<p class=\"notice\">{Nothing(facts)}</p>\n");
        Whole(page, measured);
        foreach (var sentence in measured.Worth)
            page.Add($"<p class=\"worth\">{sentence}</p>\n");
        Experts(page, measured);
        FewLabels(page, measured);
        if (facts.Run.Model is { } model)
            page.Add($"<p class=\"about\">The distilled model: <code>{model}</code></p>\n");
    });

    private static string Nothing(RunFacts facts) => (HasModel(facts), facts.Measured.Skipped, facts.Run.State) switch
    {
        (true, { } why, _) => $"Nothing is measured: {why}. Labels are read by evaluation alone; the model is there all the same.",
        (true, null, "failed") => "Nothing is measured: the run failed after its model was made, which is there all the same.",
        (true, null, "cancelled") => "Nothing is measured: the run was cancelled after its model was made, which is there all the same.",
        (true, null, _) => "Nothing is measured yet: the model is there, its evaluation is not.",
        (false, _, "failed") => "Nothing is measured: the run failed before it had a model.",
        (false, _, "cancelled") => "Nothing is measured: the run was cancelled before it had a model.",
        (false, _, "paused") => "Nothing is measured yet: the run is paused and has no model so far.",
        (false, { } why, "succeeded") => $"Nothing is measured: {why}.",
        _ => "Nothing is measured yet: the run has no model so far.",
    };

    // Its address may be unknown here: the stage tells.
    private static bool HasModel(RunFacts facts) => facts.Stages.LastOrDefault(s => s.Part == "distill") is { State: "succeeded" or "reused" };

    private static void Whole(HtmlText page, MeasuredFacts measured)
    {
        var rows = measured.Rows.Where(r => r.Subset is null).InModelOrder(r => r.Model).ToList();
        if (rows.Count == 0)
            return;
        page.Add($"<p class=\"say\">Share of {Figures.Count(rows.Max(r => r.Images))} test images that are classified rightly (top-1, percent), by a probe on features that no label has touched. ± is the standard error of the choice of test images; training with another seed moves results by about as much again.</p>\n");
        Table(page, "Top-1 on the test images, percent", rows, r => (r.Model, ModelWords.Says(r.Model)), rows.Any(r => r.Transfer is not null));
    }

    private static void Table(HtmlText page, string caption, List<EvaluationRow> rows, Func<EvaluationRow, (string Name, string Note)> head, bool transfer)
    {
        page.Add($"<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"{caption}\"><table class=\"scores\"><caption class=\"unseen\">{caption}</caption><thead><tr><th scope=\"col\">model</th><th scope=\"col\">k-NN</th><th scope=\"col\">linear probe</th>{new Markup(transfer ? "<th scope=\"col\">L-BFGS</th>" : "")}</tr></thead><tbody>\n");
        foreach (var row in rows)
        {
            var (name, note) = head(row);
            page.Add($"<tr class=\"{(row.Model == "dnc" ? "ours" : "")}\"><th scope=\"row\">{name}<span>{note}</span></th>{Score(row.Knn, row.KnnStderr, row.Images)}{Score(row.Linear, row.LinearStderr, row.Images)}{(transfer ? Score(row.Transfer, row.TransferStderr, row.Images) : Markup.None)}</tr>\n");
        }

        page.Add($"</tbody></table></div>\n");
    }

    /// <summary>A cell with a figure, its error, and a bar up to 100 % with a whisker; of too few test images, with their number.</summary>
    public static Markup Score(double? value, double? error, int images) => HtmlText.Of(cell =>
    {
        if (value is not { } v)
        {
            cell.Add($"<td class=\"none\">–</td>");
            return;
        }

        if (ScoreWords.AreTooFew(images))
        {
            cell.Add($"<td class=\"none\">{ScoreWords.None(images)}</td>");
            return;
        }

        cell.Add($"<td><span class=\"figure\">{Figures.Tenth(v)}{new Markup(error is null ? "" : " <small>± ")}{(error is { } e ? Figures.Tenth(e) : "")}{new Markup(error is null ? "" : "</small>")}</span>");
        cell.Add($"<span class=\"meter\" aria-hidden=\"true\"><i style=\"width:{v}%\"></i>");
        if (error is { } half and > 0)
            cell.Add($"<b style=\"left:{Math.Max(0, v - half)}%;width:{Math.Min(100, v + half) - Math.Max(0, v - half)}%\"></b>");
        cell.Add($"</span></td>");
    });

    private static void Experts(HtmlText page, MeasuredFacts measured)
    {
        var own = measured.Rows.Where(r => r.Subset is not null).ToList();
        var subsets = own.Select(r => r.Subset!).Distinct(StringComparer.Ordinal).OrderBy(s => s.Length).ThenBy(s => s, StringComparer.Ordinal).ToList();
        if (subsets.Count == 0)
            return;
        page.Add($"<h3>Each expert beside the base, on its own cluster</h3>\n");
        var ordered = subsets.SelectMany(s => own.Where(r => r.Subset == s).OrderBy(r => r.Model.StartsWith("expert", StringComparison.Ordinal) ? 1 : 0)).ToList();
        if (subsets.Count > Few)
            page.Add($"<details><summary>{Figures.Count(subsets.Count)} experts</summary>\n");
        Table(page, "Each expert beside the base on its own cluster, percent", ordered, r => (r.Model, $"{r.Subset}, {Figures.Count(r.Images, "image")}"), ordered.Any(r => r.Transfer is not null));
        if (subsets.Count > Few)
            page.Add($"</details>\n");
    }

    private static void FewLabels(HtmlText page, MeasuredFacts measured)
    {
        if (measured.FewLabels.Count == 0)
            return;
        page.Add($"<h3>Fine-tuned on few labels</h3>\n<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Fine-tuned on few labels\"><table class=\"scores\"><thead><tr><th scope=\"col\">model</th><th scope=\"col\">top-1</th></tr></thead><tbody>\n");
        foreach (var row in measured.FewLabels.OrderBy(r => r.Share).ThenInModelOrder(r => r.Model))
            page.Add($"<tr class=\"{(row.Model == "dnc" ? "ours" : "")}\"><th scope=\"row\">{row.Model}<span>{Figures.Percent(row.Share)} of the labels ({Figures.Count(row.Labels, "image")}), {row.Layer} layer</span></th>{Score(row.Top1, row.Stderr, row.Images)}</tr>\n");
        page.Add($"</tbody></table></div>\n");
    }
}
