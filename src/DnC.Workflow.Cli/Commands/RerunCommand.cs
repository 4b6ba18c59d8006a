using System.CommandLine;
using DnC.Workflow.Runtime.Hosting;
using Spectre.Console;

namespace DnC.Workflow.Cli.Commands;

/// <summary>'dnc rerun RUN STAGE': does a stage again, and of what follows exactly what its new output makes stale.</summary>
internal static class RerunCommand
{
    public static Command Build(Terminals terminals)
    {
        var run = new Argument<string>("RUN") { Description = "A run's id or the beginning of it." };
        var stage = new Argument<string>("STAGE") { Description = "A stage's name, as cluster or expert[3]." };
        var dry = new Option<bool>("--dry-run") { Description = "Only say what would lose its result." };
        var root = Options.Root();
        var command = new Command("rerun", "Do a stage again, and of what follows exactly what its new output makes stale.") { run, stage, dry, root };
        command.SetAction(parsed =>
        {
            var (id, name, place) = (parsed.GetValue(run)!, parsed.GetValue(stage)!, Options.RootOf(parsed, root));
            if (parsed.GetValue(dry))
            {
                Show(terminals, place.Read(runs => runs.Rerun(id, name, dryRun: true)), "Would run again");
                return ExitCodes.Success;
            }

            if (RootLock.Holder(place.Path) is { } holder)
            {
                Show(terminals, place.Write(runs => runs.Rerun(id, name)), "Runs again");
                terminals.Out.WriteLine($"The engine of process {holder.Pid} takes it up; 'dnc status {id}' shows it.");
                return ExitCodes.Success;
            }

            var graph = place.Read(runs => runs.Get(id)).Graph();
            return RunSession.WithEngine(place, graph, CommandLine.Of("resume", id, "--root", place.Path), terminals, runs =>
            {
                Show(terminals, runs.Rerun(id, name), "Runs again");
                return runs.Resolve(id);
            });
        });
        return command;
    }

    private static void Show(Terminals terminals, IReadOnlyList<string> stale, string verb)
    {
        terminals.Out.MarkupLineInterpolated($"{verb}: [bold]{stale[0]}[/]");
        if (stale.Count > 1)
            terminals.Out.WriteLine($"Waits for its new output, and runs again only where that differs: {string.Join(", ", stale.Skip(1))}");
    }
}
