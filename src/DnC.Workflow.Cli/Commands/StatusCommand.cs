using System.CommandLine;
using DnC.Workflow.Cli.Places;
using DnC.Workflow.Cli.Reports;
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
        var (root, postgres, artifacts) = (Options.Root(), Options.Postgres(), Options.Artifacts());
        var command = new Command("status", "Show a run: stages, attempts, results.") { run, json, root, postgres, artifacts };
        command.SetAction(parsed =>
        {
            var id = parsed.GetValue(run);
            using var place = Options.PlaceOf(parsed, root, postgres, terminals, artifacts);
            var unserved = place.IsUnserved;
            var (view, all, took) = place.Read(runs =>
            {
                var found = id is null ? runs.Latest() : runs.Get(id);
                return (found, runs.Recent(Earlier + 2), RunEnd.Took(found.Summary, runs.RunEvents(found.Summary.Id)));
            });
            var goOn = place.Command("resume", view.Summary.Id);
            var workers = place.Workers();
            var waits = WaitReasons.Of(view, workers, unserved ? goOn : null, terminals.Time);
            var model = FinalModel.PathOf(view, place);
            if (parsed.GetValue(json))
            {
                Console.Out.WriteLine(StatusReport.Of(view, waits, model, EngineOf(place), workers?.Count(w => w.IsLive)).ToJson());
                return ExitCodes.Success;
            }

            StatusView.Write(terminals.Out, view, terminals.Time, unserved, took);
            RunEnd.TellSkipped(view, terminals);
            RunEnd.TellModel(model, terminals);
            // That of a run that goes on again is of its end before.
            if (RunEnd.HasEnded(view))
                ReportFile.Tell(place, view.Summary.Id, terminals);
            if (Invitation(view.Summary.State, unserved) is { } invitation)
                terminals.Out.WriteLine($"{invitation}\n  {goOn}");
            else
                TellWaits(waits, terminals);
            if (id is null && all.Count > 1)
                terminals.Out.WriteLine($"Earlier runs: {string.Join(", ", all.Skip(1).Take(Earlier).Select(r => $"{r.Id} ({r.State.Word()})"))}{(all.Count > Earlier + 1 ? ", …; 'dnc runs' lists all" : "")}");
            return ExitCodes.Success;
        });
        return command;
    }

    /// <summary>How many runs are named beside the newest.</summary>
    private const int Earlier = 8;

    private static string? Invitation(RunState state, bool unserved) => state switch
    {
        RunState.Running when unserved => "Go on with:",
        RunState.Paused => "The run is paused. Let it go on with:",
        RunState.Failed => RunEnd.AfterMending,
        _ => null,
    };

    // Another's root, for reading alone, says nothing about its engine.
    private static EngineProcess? EngineOf(Place place)
    {
        try
        {
            return place.Holder is { } holder ? new EngineProcess(holder.Pid, holder.Host) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static void TellWaits(IReadOnlyList<string> waits, Terminals terminals)
    {
        foreach (var wait in waits)
            terminals.Out.MarkupLineInterpolated($"[yellow]{wait}[/]");
    }
}
