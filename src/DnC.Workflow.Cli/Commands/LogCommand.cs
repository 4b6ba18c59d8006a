using System.CommandLine;
using System.Globalization;
using DnC.Workflow.Cli.Places;
using DnC.Workflow.Runtime.Execute;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Cli.Commands;

/// <summary>'dnc log RUN STAGE': what an attempt wrote, wherever it ran.</summary>
internal static class LogCommand
{
    public static Command Build(Terminals terminals)
    {
        var run = new Argument<string>("RUN") { Description = "A run's id or the beginning of it." };
        var stage = new Argument<string>("STAGE") { Description = "A stage's name, as cluster or expert[3]." };
        var attempt = new Option<string?>("--attempt") { Description = "Which attempt, as 'dnc events' names it; the last one if left out.", HelpName = "GENERATION-ATTEMPT" };
        var (root, postgres, artifacts) = (Options.Root(), Options.Postgres(), Options.Artifacts());
        var command = new Command("log", "Show what an attempt of a stage wrote, wherever it ran.") { run, stage, attempt, root, postgres, artifacts };
        command.SetAction(parsed =>
        {
            using var place = Options.PlaceOf(parsed, root, postgres, terminals, artifacts);
            var (view, attempts) = place.Read(runs => (runs.Get(parsed.GetValue(run)!), runs.Attempts(parsed.GetValue(run)!)));
            var id = view.Summary.Id;
            RequireStage(view, parsed.GetValue(stage)!);
            if (parsed.GetValue(attempt) is null)
                RefuseReused(view, parsed.GetValue(stage)!);
            var chosen = Choose(view, attempts, parsed.GetValue(stage)!, parsed.GetValue(attempt));
            var store = place.OpenStore();
            using var connections = store as IDisposable;
            var work = place is Root ? Path.Combine(place.Path, "work") : null;
            var text = AttemptLogs.Find(store, work, id, chosen.Stage, chosen.Generation, chosen.Number) ?? throw new UserInputException(
                $"There is no log of {chosen.Stage} {Name(chosen)} of run {id}: it wrote none, or {(chosen.Ended is null ? "it has not ended" : "its worker ended before it could be stored, and may have it in its work folder")}. It ran on {chosen.Worker}. 'dnc events {id}' says how it ended.");
            Console.Out.Write(text);
            return ExitCodes.Success;
        });
        return command;
    }

    private static void RequireStage(RunView run, string stage)
    {
        if (run.Stages.All(s => s.Node.Name != stage))
            throw new UserInputException(UnknownStage.Message(run.Summary.Id, stage, [.. run.Stages.Select(s => s.Node.Name)]));
    }

    // An earlier attempt of it may be there, and be named; what stands for it now was written elsewhere.
    private static void RefuseReused(RunView run, string stage)
    {
        if (run.Stages.FirstOrDefault(s => s.Node.Name == stage) is { State: StageState.Reused, ReusedFrom: { } from } && from.Split('/', 2) is [var other, var name] && from != Own(run, stage))
            throw new UserInputException($"Stage '{stage}' of run {run.Summary.Id} wrote no log: its result is reused from run {other}: dnc log {other} {name}");
    }

    private static string Own(RunView run, string stage) => $"{run.Summary.Id}/{stage}";

    // Done again, it found its own earlier result: the log is that of whoever made it.
    private static AttemptView Choose(RunView view, IReadOnlyList<AttemptView> attempts, string stage, string? name)
    {
        var run = view.Summary.Id;
        var all = attempts.Where(a => a.Stage == stage).ToList();
        var isOwn = view.Stages.Any(s => s.Node.Name == stage && s.State == StageState.Reused && s.ReusedFrom == Own(view, stage));
        var last = (isOwn ? all.LastOrDefault(a => a.Outcome == StageEvent.Completed) : null) ?? all.LastOrDefault();
        return (name is null ? last : all.FirstOrDefault(a => Name(a) == name)) ?? throw new UserInputException(all.Count == 0
            ? $"Stage '{stage}' of run {run} has no log: it is {view.Stages.Single(s => s.Node.Name == stage).State.Word()}, and no attempt of it was made."
            : $"Stage '{stage}' of run {run} has no attempt '{name}'; it has {string.Join(", ", all.Select(Name))}.");
    }

    private static string Name(AttemptView attempt) => string.Create(CultureInfo.InvariantCulture, $"{attempt.Generation}-{attempt.Number}");
}
