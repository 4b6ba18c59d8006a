using System.CommandLine;
using DnC.Workflow.Cli.Places;
using DnC.Workflow.Cli.Terminal;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;
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
        var (root, postgres, detach) = (Options.Root(), Options.Postgres(), Options.Detach());
        var command = new Command("rerun", "Do a stage again, and of what follows exactly what its new output makes stale.") { run, stage, dry, root, postgres, detach };
        command.SetAction(parsed =>
        {
            var (id, name) = (parsed.GetValue(run)!, parsed.GetValue(stage)!);
            using var place = Options.PlaceOf(parsed, root, postgres, terminals);
            if (parsed.GetValue(dry))
            {
                Show(terminals, place.Read(runs => runs.Rerun(id, name, dryRun: true)), "Would run again");
                return ExitCodes.Success;
            }

            if (place.Holder is { } holder)
            {
                var served = place.Read(runs => runs.Get(id)).Summary.State == RunState.Running;
                Show(terminals, place.Write(runs => runs.Rerun(id, name)), "Runs again");
                terminals.Out.WriteLine(served
                    ? $"The engine of process {holder.Pid} takes it up if this is its run; otherwise, when that engine has ended: {place.Command("resume", id)}"
                    : $"The engine of process {holder.Pid} serves another run; when it has ended: {place.Command("resume", id)}");
                return ExitCodes.Success;
            }

            // Asked before an engine starts: a mistake starts nothing.
            var view = place.Read(runs => runs.Get(id));
            if (!IsUnderWay(view, name))
                place.Read(runs => runs.Rerun(id, name, dryRun: true));
            if (place is Root)
                Composition.RefuseMissingDevices(view.Stages.Where(s => s.Node.Name == name || !s.State.IsSatisfied()).Select(s => s.Node));
            return place.Follow(view.Graph(), new FollowRequest(terminals, place.Command("resume", id), parsed.GetValue(detach)), runs =>
            {
                // Of a command that only submits, the run's id is the whole output.
                var said = parsed.GetValue(detach) ? terminals with { Out = terminals.Error } : terminals;

                // Asked again: it may have ended while an engine started.
                if (IsUnderWay(runs.Get(id), name))
                    said.Out.MarkupLineInterpolated($"{name} has not ended: going on with run [bold]{runs.Continue(id)}[/].");
                else
                    Show(said, runs.Rerun(id, name), "Runs again");
                return runs.Resolve(id);
            });
        });
        return command;
    }

    private static bool IsUnderWay(RunView run, string stage) => run.Stages.Any(s => s.Node.Name == stage && !s.State.IsEnded());

    private static void Show(Terminals terminals, IReadOnlyList<string> stale, string verb)
    {
        terminals.Out.MarkupLineInterpolated($"{verb}: [bold]{stale[0]}[/]");
        if (stale.Count > 1)
            terminals.Out.WriteLine($"Waits for its new output, and runs again only where that differs: {string.Join(", ", FanFold.Of(stale.Skip(1), s => s, _ => "").Select(f => f.Name))}");
    }
}
