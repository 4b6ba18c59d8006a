using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;
using DnC.Workflow.Stages.Spec;
using Spectre.Console;

namespace DnC.Workflow.Cli.Commands;

/// <summary>'dnc events RUN [--json]': every transition of a run's stages in order, with worker, reason and exception.</summary>
internal static class EventsCommand
{
    public static Command Build(Terminals terminals)
    {
        var run = new Argument<string?>("RUN") { Description = "A run's id or the beginning of it; the newest run if left out.", Arity = ArgumentArity.ZeroOrOne };
        var json = new Option<bool>("--json") { Description = "One JSON object: the run's id, its events, its attempts with exceptions whole." };
        var (root, postgres) = (Options.Root(), Options.Postgres());
        var command = new Command("events", "Everything that happened to a run: transitions, attempts, exceptions, workers, preemptions.") { run, json, root, postgres };
        command.SetAction(parsed =>
        {
            using var place = Options.PlaceOf(parsed, root, postgres, terminals);
            var (id, events, attempts) = place.Read(runs =>
            {
                var found = parsed.GetValue(run) is { } named ? runs.Resolve(named) : runs.Latest().Summary.Id;
                return (found, runs.Events(found), runs.Attempts(found));
            });
            if (parsed.GetValue(json))
            {
                Console.Out.WriteLine(JsonSerializer.Serialize(new { run = id, events, attempts }, SpecJson.Indented));
                return ExitCodes.Success;
            }

            var ended = attempts.ToDictionary(a => (a.Stage, a.Generation, a.Number));
            foreach (var happened in events)
                terminals.Out.WriteLine(Line(happened, ended));
            return ExitCodes.Success;
        });
        return command;
    }

    private static string Line(LedgerEvent happened, Dictionary<(string, int, int), AttemptView> attempts)
    {
        var parts = new List<string>
        {
            happened.At.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture) + "Z",
            $"{happened.Stage} {happened.Generation}-{happened.Attempt}",
            $"{happened.From.Word()} → {happened.To.Word()}",
            happened.Event.ToString(),
        };
        if (happened.Worker is { } worker)
            parts.Add($"by {worker}");
        if (happened.From == StageState.Running && attempts.GetValueOrDefault((happened.Stage, happened.Generation, happened.Attempt)) is { } attempt)
        {
            if (attempt.ResumedAtStep is { } from)
                parts.Add($"had gone on from step {from}");
            if (attempt.Progress is { Step: > 0 } progress)
                parts.Add($"was last seen at step {progress.Step} of {progress.Steps}");
        }

        if (happened.Detail is { } detail)
            parts.Add(detail.ReplaceLineEndings(" "));
        return string.Join("  ", parts);
    }
}
