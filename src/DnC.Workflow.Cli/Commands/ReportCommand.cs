using System.CommandLine;
using DnC.Workflow.Cli.Places;
using DnC.Workflow.Cli.Reports;
using DnC.Workflow.Report;
using DnC.Workflow.Report.Facts;
using DnC.Workflow.Stages.Execution;
using Spectre.Console;

namespace DnC.Workflow.Cli.Commands;

/// <summary>'dnc report [RUN]': all that is known of a run as one page that needs nothing else, or as JSON. Changes nothing of the run.</summary>
internal static class ReportCommand
{
    public static Command Build(Terminals terminals)
    {
        var run = new Argument<string?>("RUN") { Description = "A run's id or the beginning of it; the newest run if left out.", Arity = ArgumentArity.ZeroOrOne };
        var format = new Option<string>("--format") { Description = "'html', one page; or 'json', the facts that it is made of, by docs/report.schema.json.", DefaultValueFactory = _ => "html" };
        format.Among("html", "json");
        var file = new Option<string?>("--out") { Description = "Where to; a page goes to reports/RUN.html in the root if left out, JSON to standard output.", HelpName = "FILE" };
        var against = new Option<string?>("--against") { Description = "Hold another run beside it: settings, results, clusters, cost, curves.", HelpName = "RUN" };
        var images = WholeNumber.Option("--images", "Images to send through the run's networks, for neighbours and the map under DnC; if left out, as many as take some seconds on the CPU.", 20, "a number from 20 (of more than 1,000 as many are taken)");
        var open = new Option<bool>("--open") { Description = "Open the page in a browser." };
        var (root, postgres, artifacts) = (Options.Root(), Options.Postgres(), Options.Artifacts());
        var command = new Command("report", "Show a run to others: one page with results, clusters, map of the embedding, curves, times, cost.") { run, format, file, against, images, open, root, postgres, artifacts };
        command.SetAction(parsed =>
        {
            var isPage = parsed.GetValue(format) == "html";
            if (!isPage && parsed.GetValue(open))
                throw new UserInputException("--open: a browser shows the page alone; leave --format json out.");
            if (parsed.GetValue(file) is { } asked)
                WholeFile.Require("--out", asked);
            using var place = Options.PlaceOf(parsed, root, postgres, terminals, artifacts);
            var (facts, other) = Read(place, parsed.GetValue(run), parsed.GetValue(against), parsed.GetResult(images) is null ? null : parsed.GetValue(images), terminals.Time);
            var path = parsed.GetValue(file) is { } named ? Path.GetFullPath(named) : isPage ? ReportFile.PathOf(place, facts.Run.Id, other?.Run.Id) : null;
            var text = Text(isPage, facts, other);
            if (path is null)
            {
                Console.Out.WriteLine(text);
                return ExitCodes.Success;
            }

            ReportFile.Write(path, text);
            terminals.Out.WriteLine(path);
            if (parsed.GetValue(open) && !Browser.Open(path))
                terminals.Error.WriteLine("There is no browser here that can be started; open the file above in one.");
            return ExitCodes.Success;
        });
        return command;
    }

    private static (RunFacts Facts, RunFacts? Other) Read(Place place, string? run, string? against, int? images, TimeProvider time)
    {
        var facts = RunReport.Read(place, run, images, time);
        var other = against is null ? null : RunReport.Read(place, against, images, time);
        return other?.Run.Id == facts.Run.Id
            ? throw new UserInputException($"--against {against}: is the run itself ({facts.Run.Id}); name another one. 'dnc runs' lists those there are.")
            : (facts, other);
    }

    private static string Text(bool isPage, RunFacts facts, RunFacts? other) => (isPage, other) switch
    {
        (true, null) => ReportPage.Html(facts),
        (true, { } beside) => ComparisonPage.Html(facts, beside),
        (false, null) => facts.ToJson(),
        (false, { } beside) => $"[{facts.ToJson()},{beside.ToJson()}]",
    };
}
