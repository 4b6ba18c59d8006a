using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using DnC.Workflow.Cli.Terminal;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;
using DnC.Workflow.Stages.Spec;
using Spectre.Console;

namespace DnC.Workflow.Cli.Commands;

/// <summary>'dnc runs [--json]': all runs, newest first.</summary>
internal static class RunsCommand
{
    public static Command Build(Terminals terminals)
    {
        var (root, postgres) = (Options.Root(), Options.Postgres());
        var json = new Option<bool>("--json") { Description = "A JSON array." };
        var command = new Command("runs", "List all runs, newest first.") { json, root, postgres };
        command.SetAction(parsed =>
        {
            using var place = Options.PlaceOf(parsed, root, postgres, terminals);
            var unserved = place.IsUnserved;
            var (runs, specs) = place.Read(r => (r.List(), r.Specs()));
            if (parsed.GetValue(json))
                Console.Out.WriteLine(JsonSerializer.Serialize(runs.Select(Plain), SpecJson.Indented));
            else if (runs.Count == 0)
                terminals.Out.WriteLine("No run yet. 'dnc run SPEC' or 'dnc demo' starts one.");
            else
                Show(terminals, runs, ChangedSettings.Of(runs, specs), unserved);
            return ExitCodes.Success;
        });
        return command;
    }

    /// <summary>Where a run stands, for people.</summary>
    /// <param name="run">The run.</param>
    /// <param name="unserved">Whether no engine is there that could be running it.</param>
    public static string State(RunSummary run, bool unserved) =>
        unserved && run.State == RunState.Running ? "unfinished, no engine is running it" : run.State.Word();

    private static object Plain(RunSummary run) => new { run.Id, run.Name, state = run.State.Word(), run.Created, run.Ended };

    private static void Show(Terminals terminals, IReadOnlyList<RunSummary> runs, IReadOnlyDictionary<string, string> changed, bool unserved)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumns("run", "name", "state", "begun", "took");
        var differ = changed.Values.Any(c => c.Length > 0);
        if (differ)
            table.AddColumn("differs in");
        foreach (var run in runs)
        {
            Text[] cells =
            [
                new Text(run.Id),
                new Text(run.Name),
                new Text(State(run, unserved), Colour(run.State)),
                new Text(run.Created.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) + "Z"),
                new Text(run.Ended is { } ended ? Durations.Short(ended - run.Created) : ""),
                .. differ ? (Text[])[new Text(changed.GetValueOrDefault(run.Id) ?? "")] : [],
            ];
            table.AddRow(cells);
        }

        terminals.Out.Write(table);
    }

    private static Style Colour(RunState state) => new(state switch
    {
        RunState.Succeeded => Color.Green,
        RunState.Failed => Color.Red,
        RunState.Running => Color.Blue,
        _ => Color.Yellow,
    });
}
