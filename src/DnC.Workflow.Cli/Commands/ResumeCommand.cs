using System.CommandLine;
using DnC.Workflow.Cli.Places;
using DnC.Workflow.Runtime.Submit;
using DnC.Workflow.Stages.Lifecycle;
using Spectre.Console;

namespace DnC.Workflow.Cli.Commands;

/// <summary>'dnc resume RUN': goes on with an unfinished run by its id, whatever command began it, and lets a paused one go on.</summary>
internal static class ResumeCommand
{
    public static Command Build(Terminals terminals)
    {
        var run = new Argument<string>("RUN") { Description = "A run's id or the beginning of it." };
        var (root, postgres, detach) = (Options.Root(), Options.Postgres(), Options.Detach());
        var open = new Option<bool>("--open-gates") { Description = "Of a run that a workflow paces: let it go on by itself from here, without the workflow." };
        var command = new Command("resume", "Go on with a run that was stopped, paused or failed.") { run, root, postgres, detach, open };
        command.SetAction(parsed =>
        {
            var id = parsed.GetValue(run)!;
            using var place = Options.PlaceOf(parsed, root, postgres, terminals);
            var view = place.Read(runs => runs.Get(id));
            if (place.Holder is { } holder && view.Summary.State == RunState.Paused)
            {
                place.Write(runs =>
                {
                    Open(runs);
                    runs.Unpause(id);
                    return id;
                });
                terminals.Out.WriteLine($"Run {view.Summary.Id} goes on in the engine of process {holder.Pid}, if that serves it.");
                return ExitCodes.Success;
            }

            if (place is Root)
                Composition.RefuseMissingDevices(view.Stages.Where(s => !s.State.IsSatisfied()).Select(s => s.Node));
            return place.Follow(view.Graph(), new FollowRequest(terminals, CommandLine.GoOn, parsed.GetValue(detach)), runs =>
            {
                Open(runs);
                return runs.Continue(id);
            });

            void Open(RunService runs)
            {
                if (parsed.GetValue(open))
                    runs.OpenAllGates(id);
            }
        });
        return command;
    }
}
