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
        var root = Options.Root();
        var command = new Command("status", "Show a run: stages, attempts, results.") { run, json, root };
        command.SetAction(parsed =>
        {
            var id = parsed.GetValue(run);
            var (view, all) = Options.RootOf(parsed, root).Read(runs => (id is null ? runs.Latest() : runs.Get(id), runs.List()));
            if (parsed.GetValue(json))
            {
                Console.Out.WriteLine(StatusReport.Of(view).ToJson());
                return ExitCodes.Success;
            }

            Show(view, terminals);
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
