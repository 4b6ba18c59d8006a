using System.CommandLine;

namespace DnC.Workflow.Cli.Commands;

/// <summary>'dnc resume RUN': goes on with an unfinished run by its id, whatever command began it.</summary>
internal static class ResumeCommand
{
    public static Command Build(Terminals terminals)
    {
        var run = new Argument<string>("RUN") { Description = "A run's id or the beginning of it." };
        var root = Options.Root();
        var command = new Command("resume", "Go on with a run that was stopped or failed.") { run, root };
        command.SetAction(parsed =>
        {
            var (id, place) = (parsed.GetValue(run)!, Options.RootOf(parsed, root));
            var graph = place.Read(runs => runs.Get(id)).Graph();
            return RunSession.WithEngine(place, graph, CommandLine.GoOn, terminals, runs => runs.Continue(id));
        });
        return command;
    }
}
