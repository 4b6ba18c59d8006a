using System.CommandLine;
using DnC.Workflow.Stages.Lifecycle;
using Spectre.Console;

namespace DnC.Workflow.Cli.Commands;

/// <summary>'dnc pause RUN': nothing of it starts any more, and what runs checkpoints and stops, until 'dnc resume RUN'.</summary>
internal static class PauseCommand
{
    public static Command Build(Terminals terminals)
    {
        var run = new Argument<string>("RUN") { Description = "A run's id or the beginning of it." };
        var (root, postgres) = (Options.Root(), Options.Postgres());
        var command = new Command("pause", "Hold a run: running stages write a checkpoint and stop, nothing new starts.") { run, root, postgres };
        command.SetAction(parsed =>
        {
            using var place = Options.PlaceOf(parsed, root, postgres, terminals);
            var unserved = place.IsUnserved;
            var (id, runs) = place.Write(service =>
            {
                service.Pause(parsed.GetValue(run)!);
                var view = service.Get(parsed.GetValue(run)!);
                return (view.Summary.Id, !unserved && view.Stages.Any(s => s.State == StageState.Running));
            });
            terminals.Out.WriteLine($"Run {id} is paused; {(runs ? "running stages stop within seconds, after a checkpoint" : "nothing of it was running")}. Let it go on with:\n  {place.Command("resume", id)}");
            return ExitCodes.Success;
        });
        return command;
    }
}
