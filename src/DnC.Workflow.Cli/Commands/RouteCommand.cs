using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using DnC.Workflow.Cli.Models;
using DnC.Workflow.Cli.Tables;
using DnC.Workflow.Learning.Clustering;
using DnC.Workflow.Learning.Export;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Plan;

namespace DnC.Workflow.Cli.Commands;

/// <summary>'dnc route MODEL --data PATH --out FILE': the nearest of a run's clusters for all images of a folder; goes on after a kill.</summary>
internal static class RouteCommand
{
    private static readonly string[] Columns = ["cluster", "distance"];

    public static Command Build(Terminals terminals)
    {
        var command = new Command("route", "Write which of a run's clusters each image of a folder is nearest to; killed, the same command goes on.");
        var table = new TableCommand(command, ".parquet or .csv");
        // The last round's clusters, which the model before it made.
        command.SetAction(parsed => table.Run(parsed, terminals, Planner.BaseOf, vectors: false, Plan));
        return command;
    }

    private static TablePlan Plan(ModelSource model)
    {
        var (centroids, clusterOf) = model.Clusters() ?? throw new UserInputException(
            $"No clusters were made by the model '{model.Config.Name}' of run {model.Config.Run}: images are routed by the model that divided them. Name the run alone, or export it with --model base.");
        var metric = KMeansSettings.MetricOf(model.Config.Metric);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(MemoryMarshal.AsBytes(centroids.Values.AsSpan()));
        hash.AppendData(MemoryMarshal.AsBytes(clusterOf.AsSpan()));
        return new TablePlan(
            model.Config.Layer!,
            new Dictionary<string, string>(StringComparer.Ordinal) { ["clusters"] = Convert.ToHexStringLower(hash.GetHashAndReset()) },
            _ => new TableShape(Columns.Length, Columns, IndexAbout.Of(model.Config, model.Config.Layer!)),
            pass =>
            {
                if (pass.Width != centroids.Dimension)
                    throw new UserInputException(string.Create(CultureInfo.InvariantCulture, $"The centroids have {centroids.Dimension} values and the layer '{model.Config.Layer}' has {pass.Width}: they do not belong together. Export the model again."));
                var nearest = new NearestCentroid(centroids, pass.Device, metric);
                return batch => [.. nearest.Measured(batch.Values).SelectMany(n => (float[])[clusterOf[n.Centroid], n.Distance])];
            },
            _ => string.Create(CultureInfo.InvariantCulture, $"to {clusterOf.Distinct().Count()} clusters, measured"));
    }
}
