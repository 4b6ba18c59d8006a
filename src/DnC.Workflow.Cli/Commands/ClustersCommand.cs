using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using DnC.Workflow.Cli.Terminal;
using DnC.Workflow.Learning.Clustering;
using DnC.Workflow.Learning.Native;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Ports;
using DnC.Workflow.Stages.Spec;
using Spectre.Console;
using static TorchSharp.torch;

namespace DnC.Workflow.Cli.Commands;

/// <summary>'dnc clusters RUN --k 2..20': what other numbers of clusters would make of a run's stored embedding. Changes nothing of the run.</summary>
internal static class ClustersCommand
{
    public static Command Build(Terminals terminals)
    {
        var run = new Argument<string>("RUN") { Description = "A run's id or the beginning of it." };
        var k = new Option<string>("--k") { Description = "The numbers of clusters to try.", HelpName = "FROM..TO", DefaultValueFactory = _ => "2..20" };
        var step = WholeNumber.Option("--step", "Try every Nth of them.", 1, "a number from 1");
        step.DefaultValueFactory = _ => 1;
        var seeds = WholeNumber.Option("--seeds", "Searches for each K, whose agreement is the stability; 3 if left out.", 2, "a number from 2");
        seeds.DefaultValueFactory = _ => new ClusterScanSettings().Seeds;
        var folder = new Option<string?>("--out") { Description = "Folder for clusters.json and clusters.svg.", HelpName = "DIR" };
        var json = new Option<bool>("--json") { Description = "Print JSON instead of a table." };
        var (root, postgres, artifacts) = (Options.Root(), Options.Postgres(), Options.Artifacts());
        var command = new Command("clusters", "Try numbers of clusters on a run's embedding: inertia, silhouette, stability.") { run, k, step, seeds, folder, json, root, postgres, artifacts };
        command.SetAction(parsed =>
        {
            var range = KRange.Parse(parsed.GetValue(k)!, parsed.GetValue(step));
            if (parsed.GetValue(folder) is { } named && File.Exists(named))
                throw new UserInputException($"--out {named}: is a file; expected a folder.");
            using var place = Options.PlaceOf(parsed, root, postgres, terminals, artifacts);
            var view = place.Read(runs => runs.Get(parsed.GetValue(run)!));
            var file = view.Stages.FirstOrDefault(s => s.Node.Name == "embed")?.Output?.Find(StageFiles.Embedding) ?? throw new UserInputException(
                $"Run {view.Summary.Id} has no embedding yet: its stage 'embed' has not succeeded. 'dnc status {view.Summary.Id}' says where it stands.");
            var store = place.OpenStore();
            using var connections = store as IDisposable;
            TorchSettings.Apply(Environment.ProcessorCount);
            var spec = JsonSerializer.Deserialize<RunSpec>(view.SpecJson, SpecJson.Options)!;
            var rows = Scan(() => store.Open(file), range, spec, new ClusterScanSettings(parsed.GetValue(seeds)), terminals.Error, view.Summary.Id);
            Tell(terminals.Out, rows, parsed.GetValue(json), parsed.GetValue(folder));
            return ExitCodes.Success;
        });
        return command;
    }

    private static List<ClusterScanRow> Scan(Func<string> open, KRange range, RunSpec spec, ClusterScanSettings settings, IAnsiConsole progress, string run)
    {
        var search = KMeansSettings.Of(spec.Cluster);
        var rows = new List<ClusterScanRow>();
        try
        {
            using var matrix = FeatureMatrix.Open(open());
            range.Require(matrix.Rows);
            foreach (var row in ClusterScan.Of(matrix, range.Values, search, settings, (ulong)spec.Seed, cuda.is_available() ? CUDA : CPU))
            {
                rows.Add(row);
                progress.WriteLine(string.Create(CultureInfo.InvariantCulture, $"K = {row.K}: done"));
            }
        }
        catch (Exception e) when (e is InvalidDataException or ArtifactLostException)
        {
            throw new UserInputException($"{e.Message}. Nothing can be clustered by it; 'dnc rerun {run} embed' makes the embedding again.");
        }

        return rows;
    }

    private static void Tell(IAnsiConsole console, List<ClusterScanRow> rows, bool asJson, string? folder)
    {
        var text = JsonSerializer.Serialize(new { clusters = rows }, SpecJson.Indented);
        if (asJson)
            Console.Out.WriteLine(text);
        else
            console.Write(TableOf(rows));
        if (folder is null)
            return;
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "clusters.json"), text);
        File.WriteAllText(Path.Combine(folder, "clusters.svg"), ClusterChart.Svg(rows));
    }

    private static Table TableOf(List<ClusterScanRow> rows)
    {
        var table = PlainTable.New().Right("K").Right("inertia").Right("silhouette").Right("stability").Right("smallest").Right("largest");
        foreach (var r in rows)
        {
            string[] cells = [$"{r.K}", r.Inertia.ToString("G6", CultureInfo.InvariantCulture), r.Silhouette?.ToString("0.000", CultureInfo.InvariantCulture) ?? "", r.Stability.ToString("0.000", CultureInfo.InvariantCulture), $"{r.Smallest}", $"{r.Largest}"];
            table.AddRow(cells.Select(c => new Text(c)));
        }

        return table;
    }
}
