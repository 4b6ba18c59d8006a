using System.CommandLine;
using DnC.Workflow.Cli.Terminal;
using DnC.Workflow.Images.Formats;
using DnC.Workflow.Learning.Weights;
using DnC.Workflow.Stages.Figures;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Ports;
using Spectre.Console;

namespace DnC.Workflow.Cli.Commands;

/// <summary>'dnc plan SPEC': the stages, which of them would be reused, images and FLOPs of each. Starts nothing.</summary>
internal static class PlanCommand
{
    public static Command Build(Terminals terminals)
    {
        var (spec, root, data, set, preset, verify, noCache) = (Options.Spec(), Options.Root(), Options.Data(), Options.Set(), Options.Preset(), Options.VerifyData(), Options.NoCache());
        var (postgres, artifacts) = (Options.Postgres(), Options.Artifacts());
        var command = new Command("plan", "Show what a run would do: reused or run, images and FLOPs of every stage.") { spec, root, data, set, preset, verify, noCache, postgres, artifacts };
        command.SetAction(parsed =>
        {
            var read = SpecFile.Read(parsed.GetValue(spec)!, parsed.GetValue(preset), parsed.GetValue(set)!);
            var index = DataIndex.Of(read, parsed.GetValue(data), parsed.GetValue(verify));
            GivenWeights.Require(index.Spec);
            FewImages.Tell(index, terminals);
            var graph = Planner.Plan(index.Spec, index.Facts);
            using var place = Options.PlaceOf(parsed, root, postgres, terminals, artifacts);
            var store = place.OpenStore();
            using var connections = store as IDisposable;
            var results = new Dictionary<string, StoredResult>(StringComparer.Ordinal);
            var outlook = place.HasLedger && !parsed.GetValue(noCache)
                ? place.Read(runs => Outlook.Of(graph, Composition.Versions, key => runs.FindResult(key) is { } found && store.IsPresent(found.Output) ? found : null, results))
                : Outlook.Of(graph, Composition.Versions, _ => null);
            PlanTable.Write(terminals.Out, graph, outlook, index.Spec, index.Facts);
            if (BaseTrends.Of(graph.Stages.Select(s => s.Name), name => results.TryGetValue(name, out var result) ? result.Result.Metrics : null) is { } worth)
                terminals.Out.WriteLine(worth);
            return ExitCodes.Success;
        });
        return command;
    }
}
