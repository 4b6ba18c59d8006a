using System.Globalization;
using DnC.Workflow.Learning.Phases;
using DnC.Workflow.Stages.Figures;
using Spectre.Console;

namespace DnC.Workflow.Cli.Init;

/// <summary>What 'init' found and proposes, for people.</summary>
internal static class ProposalTold
{
    /// <summary>Writes it.</summary>
    /// <param name="console">Where to.</param>
    /// <param name="proposal">The proposal.</param>
    /// <param name="pilot">What was measured on this machine.</param>
    /// <param name="unit">The unit of the epochs.</param>
    /// <param name="hours">How long the run may take.</param>
    public static void Write(IAnsiConsole console, SpecProposal proposal, TrainingPilot pilot, int unit, double hours)
    {
        var (facts, survey) = (proposal.Survey.Facts, proposal.Survey);
        var seconds = proposal.Flops(unit) / pilot.FlopsPerSecond;
        string Number(double value) => value.ToString("N0", CultureInfo.InvariantCulture);
        var rows = new List<(string What, string Says)>();
        void Row(string what, string says) => rows.Add((what, says));
        Row("images", $"{Number(facts.TrainImages)} to train on; " + (facts.HasLabels ? $"labelled: {Number(facts.ProbeImages)} to fit probes on, {Number(facts.TestImages)} to test with" : "no labels, so nothing is evaluated"));
        Row("sizes", $"short sides {survey.Sides}, of {survey.ShortSides.Count} looked at" + (survey.Unreadable > 0 ? $"; {survey.Unreadable} more cannot be read" : ""));
        Row("clusters", $"{proposal.K}, of some {Number(facts.TrainImages / (double)proposal.K)} images each");
        Row("speed", $"{Number(pilot.ImagesPerSecond)} images/s of training on {pilot.Device} with {pilot.Threads} thread{(pilot.Threads == 1 ? "" : "s")}: {Operations.Short(pilot.FlopsPerSecond)}/s"
            + (pilot.IsCrowded ? "; other programs were busy, and it will be more without them" : ""));
        Row("length", $"{SpecProposal.Epochs(unit)} epochs of base, experts and distillation: about {Durations.Short(TimeSpan.FromSeconds(seconds))} here"
            + (seconds > 1.05 * hours * 3600 ? ", the shortest that makes sense, and longer than asked for" : ""));
        if (console.Profile.Out.IsTerminal)
            console.Write(Aligned(rows));
        else
            rows.ForEach(r => console.WriteLine($"{r.What,-Indent}{r.Says}"));
    }

    /// <summary>So wide is what stands before each line in a pipe, where nothing pads it.</summary>
    private const int Indent = 11;

    private static Grid Aligned(List<(string What, string Says)> rows)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap().Padding(0, 0, 3, 0)).AddColumn(new GridColumn().Padding(0, 0, 0, 0));
        foreach (var (what, says) in rows)
            grid.AddRow(new Text(what, new Style(decoration: Decoration.Dim)), new Text(says));
        return grid;
    }
}
