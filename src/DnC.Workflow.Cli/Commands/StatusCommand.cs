using System.CommandLine;
using DnC.Workflow.Cli.Status;
using DnC.Workflow.Cli.Terminal;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;
using Spectre.Console;

namespace DnC.Workflow.Cli.Commands;

/// <summary>'dnc status [RUN] [--json]': reads beside a running engine.</summary>
internal static class StatusCommand
{
    public static Command Build(Terminals terminals)
    {
        var run = new Argument<string?>("RUN") { Description = "A run's id or the beginning of it; the newest run if left out.", Arity = ArgumentArity.ZeroOrOne };
        var json = new Option<bool>("--json") { Description = "One JSON object by docs/status.schema.json." };
        var (root, postgres) = (Options.Root(), Options.Postgres());
        var command = new Command("status", "Show a run: stages, attempts, results.") { run, json, root, postgres };
        command.SetAction(parsed =>
        {
            var id = parsed.GetValue(run);
            using var place = Options.PlaceOf(parsed, root, postgres, terminals);
            var (view, all) = place.Read(runs => (id is null ? runs.Latest() : runs.Get(id), runs.Recent(10)));
            IReadOnlyList<string> waits = RunEnd.HasEnded(view) ? [] : WaitReasons.Of(view, place.Workers(), terminals.Time);
            if (parsed.GetValue(json))
            {
                Console.Out.WriteLine(StatusReport.Of(view, waits).ToJson());
                return ExitCodes.Success;
            }

            Show(view, terminals);
            foreach (var wait in waits)
                terminals.Out.MarkupLineInterpolated($"[yellow]{wait}[/]");
            if (id is null && all.Count > 1)
                terminals.Out.WriteLine($"Earlier runs: {string.Join(", ", all.Skip(1).Take(8).Select(r => $"{r.Id} ({r.State.Word()})"))}{(all.Count > 9 ? ", …" : "")}");
            return ExitCodes.Success;
        });
        return command;
    }

    private static void Show(RunView view, Terminals terminals)
    {
        terminals.Out.MarkupLineInterpolated($"Run [bold]{view.Summary.Id}[/] ({view.Summary.Name}): {view.Summary.State.Word()}");
        StageTable.Write(terminals.Out, view, terminals.Time);
        EvaluationTable.Write(terminals.Out, StatusReport.Of(view));
    }
}
