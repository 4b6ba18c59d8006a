using System.CommandLine;
using DnC.Workflow.Runtime.Hosting;
using DnC.Workflow.Stages.Lifecycle;
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
                var served = place.Read(runs => runs.Get(id)).Summary.State == RunState.Running;
                Show(terminals, place.Write(runs => runs.Rerun(id, name)), "Runs again");
                terminals.Out.WriteLine(served
                    ? $"The engine of process {holder.Pid} takes it up if this is its run; otherwise, when that engine has ended: {CommandLine.Of("resume", id, "--root", place.Path)}"
                    : $"The engine of process {holder.Pid} serves another run; when it has ended: {CommandLine.Of("resume", id, "--root", place.Path)}");
                return ExitCodes.Success;
            }

            // Asked before an engine starts: a mistake starts nothing.
            var view = place.Read(runs => runs.Get(id));
            var goesOn = view.Stages.FirstOrDefault(s => s.Node.Name == name) is { } named && !named.State.IsEnded();
            if (!goesOn)
                place.Read(runs => runs.Rerun(id, name, dryRun: true));
            return RunSession.WithEngine(place, view.Graph(), CommandLine.Of("resume", id, "--root", place.Path), terminals, runs =>
            {
                if (goesOn)
                    terminals.Out.MarkupLineInterpolated($"{name} has not ended: going on with run [bold]{runs.Continue(id)}[/].");
                else
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
