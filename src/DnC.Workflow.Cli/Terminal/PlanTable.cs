using System.Globalization;
using DnC.Workflow.Stages.Figures;
using DnC.Workflow.Stages.Keys;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Spec;
using Spectre.Console;

namespace DnC.Workflow.Cli.Terminal;

/// <summary>What a run would do as 'plan' shows it.</summary>
internal static class PlanTable
{
    /// <summary>Writes a line a stage, of a large fan-out one for all that are alike, and what is to be done in all.</summary>
    /// <param name="console">Where to.</param>
    /// <param name="graph">The stages.</param>
    /// <param name="outlook">What would become of each.</param>
    /// <param name="spec">The run's spec.</param>
    /// <param name="facts">What is known of its images.</param>
    public static void Write(IAnsiConsole console, StageGraph graph, IReadOnlyDictionary<string, string> outlook, RunSpec spec, DataFacts facts)
    {
        var table = PlainTable.New().Left("stage", whole: true).Left("would").Right("images").Right("FLOPs");
        using var planned = new PlanFlops(spec.Model);
        var (total, toDo) = (0.0, 0);
        foreach (var fold in FanFold.Of(graph.Stages, s => s.Name, s => outlook[s.Name]))
        {
            var flops = fold.Members.Sum(s => planned.Of(s, facts.TrainImages));
            var runs = fold.Likeness is not ("reused" or "skipped");
            (total, toDo) = (total + (runs ? flops : 0), toDo + (runs ? fold.Members.Count : 0));
            var images = fold.Members.Sum(s => s.Images);
            table.AddRow(
                new Text(fold.Name),
                new Text(fold.Likeness, new Style(runs ? Color.Default : Color.Teal)),
                new Text(images > 0 ? images.ToString("N0", CultureInfo.InvariantCulture) : ""),
                new Text(flops > 0 ? Operations.Short(flops) : ""));
        }

        console.Write(table);
        console.WriteLine($"To do: at most {Operations.Short(total)} in {toDo} of {graph.Stages.Count} stages, on {facts.TrainImages.ToString("N0", CultureInfo.InvariantCulture)} training images{(facts.HasLabels ? "" : "; evaluation skipped: no labels")}.");
    }
}
