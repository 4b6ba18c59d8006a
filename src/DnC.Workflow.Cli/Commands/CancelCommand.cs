using System.CommandLine;
using DnC.Workflow.Cli.Places;
using Spectre.Console;

namespace DnC.Workflow.Cli.Commands;

/// <summary>'dnc cancel RUN': a wish that a running engine obeys at its next heartbeat.</summary>
internal static class CancelCommand
{
    public static Command Build(Terminals terminals)
    {
        var run = new Argument<string>("RUN") { Description = "A run's id or the beginning of it." };
        var (root, postgres) = (Options.Root(), Options.Postgres());
        var command = new Command("cancel", "Cancel what has not ended of a run; results so far are kept.") { run, root, postgres };
        command.SetAction(parsed =>
        {
            using var place = Options.PlaceOf(parsed, root, postgres, terminals);
            var id = place.Write(runs =>
            {
                runs.Cancel(parsed.GetValue(run)!);
                return runs.Resolve(parsed.GetValue(run)!);
            });
            terminals.Out.WriteLine(place switch
            {
                { Holder: { } holder } => $"Run {id} is cancelled; the engine (process {holder.Pid}) stops its running stages within seconds.",
                Shared => $"Run {id} is cancelled; workers stop its running stages within seconds.",
                _ => $"Run {id} is cancelled.",
            });
            return ExitCodes.Success;
        });
        return command;
    }
}
