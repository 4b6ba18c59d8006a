using System.Globalization;
using DnC.Workflow.Cli.Status;
using DnC.Workflow.Stages.Execution;
using Spectre.Console;

namespace DnC.Workflow.Cli.Terminal;

/// <summary>The table that a run ends with.</summary>
public static class EvaluationTable
{
    /// <summary>Writes the evaluation of a run: whole test set first, then each expert against the base on its own cluster.</summary>
    public static void Write(IAnsiConsole console, StatusReport report)
    {
        if (report.EvaluationSkipped is { } why)
        {
            console.MarkupLineInterpolated($"Evaluation [yellow]skipped: {why}[/]");
            WriteWorth(console, report);
            return;
        }

        var whole = report.Evaluation.Where(r => r.Subset is null).InModelOrder(r => r.Model).ToList();
        if (whole.Count > 0)
            console.Write(Table("Top-1 on the test images, percent", whole, subsets: false));
        var own = report.Evaluation.Where(r => r.Subset is not null)
            .OrderBy(r => r.Subset, StringComparer.Ordinal).ThenBy(r => r.Model, StringComparer.Ordinal).ToList();
        if (own.Select(r => r.Subset).Distinct(StringComparer.Ordinal).Count() > FanFold.Few)
            console.WriteLine(Summary(own));
        else if (own.Count > 0)
            console.Write(Table("Each expert against the base on its own cluster, percent", own, subsets: true));
        if (report.FewLabels.Count > 0)
            console.Write(FewLabelsTable.Of(report.FewLabels));
        ClusterMetrics?[] rounds = [report.Clusters, .. report.LaterClusters];
        foreach (var (before, c) in rounds.Index())
        {
            if (c is null)
                continue;
            var round = rounds.Length == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"round {before + 1}: ");
            var domains = c.DomainPurity is null ? "" : string.Create(CultureInfo.InvariantCulture, $"; domains purity {c.DomainPurity:0.00}, NMI {c.DomainNmi:0.00}");
            console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{round}{c.Clusters} clusters against labels of {c.Images} images: classes purity {c.ClassPurity:0.00}, NMI {c.ClassNmi:0.00}{domains}"));
        }

        WriteWorth(console, report);
    }

    private static void WriteWorth(IAnsiConsole console, StatusReport report)
    {
        foreach (var sentence in report.Worth)
            console.WriteLine(sentence);
    }

    private static Table Table(string title, List<EvaluationRow> rows, bool subsets)
    {
        var table = PlainTable.New();
        table.Title = new TableTitle(Markup.Escape(title));
        if (subsets)
            table.Left("on");
        table.Left("model");
        table.Right("k-NN");
        table.Right("linear probe");
        var transfer = rows.Any(r => r.Transfer is not null);
        if (transfer)
            table.Right("L-BFGS");
        table.Right("images");
        foreach (var row in rows)
        {
            string[] cells =
            [
                .. subsets ? (string[])[row.Subset!] : [],
                row.Model,
                Cell(row, row.Knn, row.KnnStderr),
                Cell(row, row.Linear, row.LinearStderr),
                .. transfer ? (string[])[Cell(row, row.Transfer, row.TransferStderr)] : [],
                row.Images.ToString(CultureInfo.InvariantCulture),
            ];
            var style = row.Model == "dnc" ? new Style(decoration: Decoration.Bold) : Style.Plain;
            table.AddRow(cells.Select(c => new Text(c, style)));
        }

        return table;
    }

    private static string Summary(List<EvaluationRow> own)
    {
        var (bases, experts) = (own.Where(r => !IsExpert(r)).ToList(), own.Where(IsExpert).ToList());
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{experts.Count} experts against the base on their own clusters, percent of all images in them: k-NN {Mean(experts, r => r.Knn)} against {Mean(bases, r => r.Knn)}, linear probe {Mean(experts, r => r.Linear)} against {Mean(bases, r => r.Linear)}. 'dnc status --json' has each.");
    }

    private static bool IsExpert(EvaluationRow row) => row.Model.StartsWith("expert", StringComparison.Ordinal);

    private static string Mean(List<EvaluationRow> rows, Func<EvaluationRow, double?> value)
    {
        var measured = rows.Where(r => value(r) is not null && r.Images > 0).ToList();
        return measured.Count == 0 ? "–" : (measured.Sum(r => value(r)!.Value * r.Images) / measured.Sum(r => r.Images)).ToString("0.0", CultureInfo.InvariantCulture);
    }

    /// <summary>Of fewer test images a share says nothing. [ours]</summary>
    private const int FewestImages = 10;

    private static string Cell(EvaluationRow row, double? value, double? error) => value is null || row.Images < FewestImages
        ? "–"
        : error is null
            ? value.Value.ToString("0.0", CultureInfo.InvariantCulture)
            : string.Create(CultureInfo.InvariantCulture, $"{value:0.0} ± {error:0.0}");
}
