using System.CommandLine;
using DnC.Workflow.Cli.Places;
using DnC.Workflow.Cli.Terminal;
using DnC.Workflow.Runtime.Artifacts;
using DnC.Workflow.Runtime.Execute;
using DnC.Workflow.Stages.Figures;
using DnC.Workflow.Stages.Ports;
using Spectre.Console;

namespace DnC.Workflow.Cli.Commands;

/// <summary>'dnc gc': deletes old runs, and the artifacts that no other run needs.</summary>
internal static class GcCommand
{
    private const int Most = 100_000;

    public static Command Build(Terminals terminals)
    {
        var dry = new Option<bool>("--dry-run") { Description = "Only say what would be deleted." };
        var days = WholeNumber.Optional("--keep-days", $"Keep runs that ended within so many days ({Retention.DefaultDays} if no bound is given).", Most);
        var runs = WholeNumber.Optional("--keep-runs", "Keep the newest so many runs that have ended.", Most);
        var (root, postgres, artifacts) = (Options.Root(), Options.Postgres(), Options.Artifacts());
        var command = new Command("gc", "Delete old runs and the artifacts that no other run needs; safe beside running engines. Runs that have not ended are kept.")
        {
            dry, days, runs, root, postgres, artifacts,
        };
        command.SetAction(parsed =>
        {
            using var place = Options.PlaceOf(parsed, root, postgres, terminals, artifacts);
            var dryRun = parsed.GetValue(dry);
            var store = place.OpenStore(toDelete: true);
            using var connection = store as IDisposable;
            var verb = dryRun ? "would delete" : "deletes";
            TimeSpan? age = parsed.GetValue(days) is { } count ? TimeSpan.FromDays(count) : null;
            return place.WithLedger(ledger =>
            {
                var collector = new Collector(ledger, store);
                var collected = collector.Collect(
                    new Retention(age, parsed.GetValue(runs)),
                    dryRun,
                    location => terminals.Out.WriteLine($"{verb} {location.Location} ({Sizes.Short(location.Bytes)})"));
                if (!dryRun)
                    DropLogs(place, collected);
                Tell(collected, dryRun, collector.Margin, terminals);
                return ExitCodes.Success;
            });
        });
        return command;
    }

    private static void Tell(Collected collected, bool dryRun, TimeSpan margin, Terminals terminals)
    {
        foreach (var run in collected.Runs)
            terminals.Out.WriteLine($"{(dryRun ? "would delete" : "deleted")} run {run.Id} ({run.Name}, ended {run.Ended:yyyy-MM-dd})");
        terminals.Out.WriteLine($"{(dryRun ? "Would delete" : "Deleted")} {collected.Runs.Count} runs and {Describe(collected.Locations)}; {Describe(collected.Kept)} are needed.");
        if (collected.Uploads > 0)
            terminals.Out.WriteLine($"Ended {collected.Uploads} uploads that nobody went on with.");
        if (collected.Young.Count > 0)
            terminals.Out.WriteLine($"{Describe(collected.Young)} that nobody needs were written within the last {Durations.Short(margin)} and are left for the next time.");
    }

    private static void DropLogs(Place place, Collected collected)
    {
        foreach (var run in collected.Runs)
        {
            var logs = WorkArea.RunFolder(Path.Combine(place.Path, "work"), run.Id);
            if (Directory.Exists(logs))
                Directory.Delete(logs, recursive: true);
        }
    }

    private static string Describe(IReadOnlyList<StoredLocation> locations) => $"{locations.Count} artifacts ({Sizes.Short(locations.Sum(l => l.Bytes))})";
}
