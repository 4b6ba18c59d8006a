using System.Globalization;
using DnC.Workflow.Stages.Execution;
using Spectre.Console;

namespace DnC.Workflow.Cli.Terminal;

/// <summary>Networks fine-tuned on few labels.</summary>
internal static class FewLabelsTable
{
    private static readonly string[] Layers = ["pooled", "hidden"];

    /// <summary>A line for each share of the labels and model, with a column for each layer that the classifier stood on.</summary>
    /// <param name="rows">What was measured.</param>
    public static Table Of(IReadOnlyList<FewLabelsRow> rows)
    {
        var table = PlainTable.New();
        table.Title = new TableTitle("Top-1 after fine-tuning on few labels, percent");
        string[] layers = [.. Layers.Where(layer => rows.Any(r => r.Layer == layer))];
        table.Left("labels");
        table.Left("model");
        foreach (var layer in layers)
            table.Right($"from {layer}");
        table.Right("images");
        foreach (var own in rows.GroupBy(r => (r.Share, r.Labels, r.Model, r.Images)).OrderBy(g => g.Key.Share).ThenInModelOrder(g => g.Key.Model))
        {
            table.AddRow(
            [
                string.Create(CultureInfo.InvariantCulture, $"{100 * own.Key.Share:0.##} % ({own.Key.Labels})"),
                own.Key.Model,
                .. layers.Select(layer => own.FirstOrDefault(r => r.Layer == layer) is { } row ? string.Create(CultureInfo.InvariantCulture, $"{row.Top1:0.0} ± {row.Stderr:0.0}") : "–"),
                own.Key.Images.ToString(CultureInfo.InvariantCulture),
            ]);
        }

        return table;
    }
}
