using DnC.Workflow.Cli.Places;
using DnC.Workflow.Cli.Reports;
using DnC.Workflow.Cli.Status;
using DnC.Workflow.Cli.Terminal;
using DnC.Workflow.Runtime.Submit;
using DnC.Workflow.Stages.Figures;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;
using Spectre.Console;

namespace DnC.Workflow.Cli;

/// <summary>What a command that followed a run ends with.</summary>
internal static class RunEnd
{
    /// <summary>Whether nothing of the run goes on.</summary>
    public static bool HasEnded(RunView view) => view.Summary.State.IsEnded();

    /// <summary>Tells how it ended, with the table, where the model is, and where its report is, which is written now.</summary>
    /// <param name="view">The run at its end.</param>
    /// <param name="runs">For what was wanted of it.</param>
    /// <param name="place">Where it is.</param>
    /// <param name="commandLine">How to go on with it.</param>
    /// <param name="terminals">Where to.</param>
    /// <param name="told">Causes of failures that were told as it went, by stage.</param>
    /// <returns>An exit code.</returns>
    public static int Tell(RunView view, RunService runs, Place place, string commandLine, Terminals terminals, IReadOnlyDictionary<string, string?> told)
    {
        var code = TellEnd(view, runs, place, commandLine, terminals, told);
        ReportFile.WriteAtEnd(place, runs, view.Summary.Id, terminals);
        return code;
    }

    private static int TellEnd(RunView view, RunService runs, Place place, string commandLine, Terminals terminals, IReadOnlyDictionary<string, string?> told)
    {
        var report = StatusReport.Of(view);
        if (view.Summary.State == RunState.Succeeded || report.Evaluation.Count > 0)
            EvaluationTable.Write(terminals.Out, report);
        TellSkipped(view, terminals);
        if (view.Summary.State == RunState.Succeeded)
        {
            var took = Took(view.Summary, runs.RunEvents(view.Summary.Id));
            terminals.Out.MarkupLineInterpolated($"Run [bold]{view.Summary.Id}[/] [green]succeeded[/]{(took is null ? "" : $" in {took}")}.");
            TellModel(FinalModel.PathOf(view, place), terminals);
            return ExitCodes.Success;
        }

        terminals.Error.MarkupLineInterpolated($"Run [bold]{view.Summary.Id}[/] [red]{view.Summary.State.Word()}[/].");
        foreach (var failed in FanFold.Of(view.Stages.Where(s => s.State == StageState.Failed), s => s.Node.Name, s => s.Error ?? ""))
        {
            var isAbove = terminals.AreOne && failed.Members.All(s => told.TryGetValue(s.Node.Name, out var cause) && cause == s.Error);
            terminals.Error.WriteLine(isAbove ? $"  {failed.Name} failed (above)" : $"  {failed.Name}: {failed.Likeness}");
        }

        if (view.Summary.State == RunState.Failed)
            terminals.Error.WriteLine($"{AfterMending}\n  {commandLine}");
        return ExitCodes.RunFailed;
    }

    /// <summary>What invites to go on with a run that has failed.</summary>
    public const string AfterMending = "After mending the cause, go on with:";

    /// <summary>'3 min 1 s', or '19 s since it last went on': the time in which nobody wanted anything of it is no time that it took. Null: it has not ended.</summary>
    /// <param name="run">The run.</param>
    /// <param name="wishes">What was wanted of it as a whole, oldest first.</param>
    public static string? Took(RunSummary run, IReadOnlyList<RunEvent> wishes)
    {
        if (run.Ended is not { } ended || !run.State.IsEnded())
            return null;
        return wishes.LastOrDefault(w => w.Event is RunWishEvent.Continued or RunWishEvent.Rerun or RunWishEvent.Unpaused && w.At <= ended) is { } again
            ? $"{Durations.Short(ended - again.At)} since it last went on"
            : Durations.Short(ended - run.Created);
    }

    /// <summary>Tells which images the run went on without, if there are any.</summary>
    public static void TellSkipped(RunView view, Terminals terminals)
    {
        if (SkippedImages.Of(view) is { } skipped)
            terminals.Out.WriteLine(skipped);
    }

    /// <summary>Tells where the distilled model is, if it is known.</summary>
    public static void TellModel(string? path, Terminals terminals)
    {
        if (path is not null)
            terminals.Out.WriteLine($"The distilled model (docs/guide.md says how to load it):\n  {path}");
    }
}
