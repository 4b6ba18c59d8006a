using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using DnC.Workflow.Cli.Terminal;
using DnC.Workflow.Stages.Figures;
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
                RunsTable.Write(terminals.Out, runs, ChangedSettings.Of(runs, specs), unserved);
            return ExitCodes.Success;
        });
        return command;
    }

    private static object Plain(RunSummary run) => new { run.Id, run.Name, state = run.State.Word(), run.Created, run.Ended };
}
