using System.CommandLine;
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
            var id = place.Write(runs =>
            {
                runs.Pause(parsed.GetValue(run)!);
                return runs.Resolve(parsed.GetValue(run)!);
            });
            terminals.Out.WriteLine($"Run {id} is paused; running stages stop within seconds, after a checkpoint. Let it go on with:\n  {CommandLine.Of(["resume", id, .. place.Arguments])}");
            return ExitCodes.Success;
        });
        return command;
    }
}
