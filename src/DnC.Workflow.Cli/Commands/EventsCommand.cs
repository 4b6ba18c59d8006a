using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using DnC.Workflow.Cli.Terminal;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;
using DnC.Workflow.Stages.Spec;
using Spectre.Console;

namespace DnC.Workflow.Cli.Commands;

/// <summary>'dnc events RUN [--json]': every transition of a run's stages in order, with worker, reason and exception, and what was wanted of the run, by whom.</summary>
internal static class EventsCommand
{
    public static Command Build(Terminals terminals)
    {
        var run = new Argument<string?>("RUN") { Description = "A run's id or the beginning of it; the newest run if left out.", Arity = ArgumentArity.ZeroOrOne };
        var json = new Option<bool>("--json") { Description = "One JSON object: the run's id, its stages' events, what was wanted of the run, its attempts with exceptions whole." };
        var (root, postgres) = (Options.Root(), Options.Postgres());
        var command = new Command("events", "Everything that happened to a run: transitions, attempts, exceptions, workers, preemptions; who paused, resumed or cancelled it.") { run, json, root, postgres };
        command.SetAction(parsed =>
        {
            using var place = Options.PlaceOf(parsed, root, postgres, terminals);
            var (id, events, wishes, attempts) = place.Read(runs =>
            {
                var found = parsed.GetValue(run) is { } named ? runs.Resolve(named) : runs.Latest().Summary.Id;
                return (found, runs.Events(found), runs.RunEvents(found), runs.Attempts(found));
            });
            if (parsed.GetValue(json))
            {
                Console.Out.WriteLine(JsonSerializer.Serialize(new { run = id, events, runEvents = wishes, attempts }, SpecJson.Indented));
                return ExitCodes.Success;
            }

            // In a pipe an event is a line, with the ledger's own names.
            if (terminals.Out.Profile.Out.IsTerminal)
                EventList.Write(terminals.Out, events, wishes, attempts);
            else
                WriteLines(terminals.Out, events, wishes, attempts);
            return ExitCodes.Success;
        });
        return command;
    }

    private static void WriteLines(IAnsiConsole console, IReadOnlyList<LedgerEvent> events, IReadOnlyList<RunEvent> wishes, IReadOnlyList<AttemptView> attempts)
    {
        var ended = attempts.ToDictionary(a => (a.Stage, a.Generation, a.Number));
        var wish = 0;
        foreach (var happened in events)
        {
            for (; wish < wishes.Count && wishes[wish].After < happened.Sequence; wish++)
                console.WriteLine(Line(wishes[wish]));
            console.WriteLine(Line(happened, ended));
        }

        foreach (var last in wishes.Skip(wish))
            console.WriteLine(Line(last));
    }

    private static string Line(RunEvent wanted) => string.Join("  ", new[] { Time(wanted.At), "run", wanted.Event.ToString(), wanted.Detail, $"by {wanted.Who}" }.OfType<string>());

    private static string Time(DateTimeOffset at) => at.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture) + "Z";

    private static string Line(LedgerEvent happened, Dictionary<(string, int, int), AttemptView> attempts)
    {
        var parts = new List<string>
        {
            Time(happened.At),
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
