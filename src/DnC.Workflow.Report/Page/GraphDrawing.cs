using DnC.Workflow.Report.Facts;
using DnC.Workflow.Report.Html;

namespace DnC.Workflow.Report.Page;

/// <summary>The stage graph in columns, as SVG: producers left of their readers.</summary>
internal static class GraphDrawing
{
    private const int Few = 6;
    private const double Wide = 144;
    private const double High = 38;
    private const double GapX = 36;
    private const double GapY = 10;
    private const int Letters = 19;

    // 't[10]]' of 'evaluate[expert[10]]': it tells stages apart.
    private const int Tail = 6;

    public static Markup Of(RunFacts facts)
    {
        var folds = StageFold.Of(facts.Stages, Few);
        var foldOf = folds.SelectMany((f, i) => f.Stages.Select(s => (s.Name, i))).ToDictionary(p => p.Name, p => p.i, StringComparer.Ordinal);
        var parents = folds.Select((f, i) => f.Stages.SelectMany(s => s.Inputs).Select(n => foldOf.GetValueOrDefault(n, -1)).Where(p => p >= 0 && p != i).Distinct().ToList()).ToList();
        var column = Columns(parents);
        var rows = new int[folds.Count];
        var height = new int[column.DefaultIfEmpty(0).Max() + 1];
        for (var i = 0; i < folds.Count; i++)
            rows[i] = height[column[i]]++;
        var (tall, width) = (height.Max(), (height.Length * (Wide + GapX)) - GapX + 4);
        return HtmlText.Of(html =>
        {
            html.Add($"<div class=\"scroll graph\" tabindex=\"0\" role=\"group\" aria-label=\"Stage graph\"><svg viewBox=\"0 0 {width} {(tall * (High + GapY)) + 4}\" width=\"{width}\" role=\"img\" aria-label=\"{Says(folds)}\">\n");
            for (var i = 0; i < folds.Count; i++)
            {
                foreach (var parent in Direct(parents, i))
                    Edge(html, Left(column[parent]) + Wide, Middle(parent), Left(column[i]), Middle(i));
            }

            for (var i = 0; i < folds.Count; i++)
                Node(html, folds[i], Left(column[i]), Middle(i) - (High / 2));
            html.Add($"</svg></div>\n");
        });

        double Middle(int i) => 2 + ((tall - height[column[i]]) * (High + GapY) / 2) + (rows[i] * (High + GapY)) + (High / 2);
    }

    private static double Left(int column) => 2 + (column * (Wide + GapX));

    private static int[] Columns(List<List<int>> parents)
    {
        var column = new int[parents.Count];
        // Producers stand before their readers; a fold may stand before one of its inputs.
        for (var pass = 0; pass < 3; pass++)
        {
            for (var i = 0; i < column.Length; i++)
                column[i] = parents[i].Where(p => p < i).Select(p => column[p] + 1).DefaultIfEmpty(0).Max();
        }

        return column;
    }

    // An input that comes by way of another one is no line of its own: fewer lines, the same order.
    private static IEnumerable<int> Direct(List<List<int>> parents, int i)
    {
        var indirect = new HashSet<int>();
        foreach (var parent in parents[i])
            Collect(parents, parent, indirect);
        return parents[i].Where(p => !indirect.Contains(p));
    }

    private static void Collect(List<List<int>> parents, int of, HashSet<int> into)
    {
        foreach (var parent in parents[of])
        {
            if (into.Add(parent))
                Collect(parents, parent, into);
        }
    }

    private static void Edge(HtmlText html, double x, double y, double toX, double toY)
    {
        var bend = Math.Min(GapX, toX - x) / 2;
        html.Add($"<path class=\"edge\" d=\"M{x},{y}C{x + bend},{y} {toX - bend},{toY} {toX},{toY}\"/>");
    }

    private static void Node(HtmlText html, StageFold fold, double x, double y)
    {
        var seconds = fold.Stages.Sum(s => s.Seconds);
        var done = fold.Stages.Count(s => s.State is "succeeded" or "reused" or "skipped");
        var how = fold.Stages.Count > 1 && done < fold.Stages.Count ? $"{done} done" : fold.State;
        // That it went well, the colour and the time say: the room is narrow.
        var small = seconds <= 0 ? how : how == "succeeded" ? Figures.Time(seconds) : $"{how} · {Figures.Time(seconds)}";
        var attempts = fold.Stages.Count == 1 && fold.Stages[0].Attempts > 1 ? $", {fold.Stages[0].Attempts} attempts" : "";
        html.Add($"<g class=\"node {fold.State}\"><title>{fold.Name}: {how}{(seconds > 0 ? ", " + Figures.Time(seconds) : "")}{attempts}</title>");
        if (fold.Stages.Count > 1)
            html.Add($"<rect class=\"behind\" x=\"{x + 3}\" y=\"{y + 3}\" width=\"{Wide}\" height=\"{High}\" rx=\"6\"/>");
        html.Add($"<rect x=\"{x}\" y=\"{y}\" width=\"{Wide}\" height=\"{High}\" rx=\"6\"/><path d=\"M{x + 1},{y + 7}V{y + High - 7}\"/><text x=\"{x + 11}\" y=\"{y + 16}\">{Short(fold.Name)}</text><text class=\"small\" x=\"{x + 11}\" y=\"{y + 30}\">{small}</text></g>\n");
    }

    private static string Short(string name) => name.Length <= Letters ? name : $"{name[..(Letters - Tail - 1)]}…{name[^Tail..]}";

    private static string Says(IReadOnlyList<StageFold> folds) => "Stages, producers first: " + string.Join("; ", folds.Select(f => $"{f.Name} {f.State}"));
}
