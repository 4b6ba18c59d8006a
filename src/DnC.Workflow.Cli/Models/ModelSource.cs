using System.CommandLine;
using DnC.Workflow.Cli.Places;
using DnC.Workflow.Learning.Clustering;
using DnC.Workflow.Learning.Export;
using DnC.Workflow.Learning.Models;
using DnC.Workflow.Learning.Weights;
using DnC.Workflow.Stages.Execution;
using static TorchSharp.torch;

namespace DnC.Workflow.Cli.Models;

/// <summary>'MODEL' on a command line: a folder that 'dnc export' wrote, or a model of a run.</summary>
/// <param name="Config">What it is.</param>
/// <param name="Load">Loads the network onto a device, in eval mode.</param>
/// <param name="Clusters">The clusters that were made by it, or null: centroids, and by centroid its cluster.</param>
internal sealed record ModelSource(ModelConfig Config, Func<Device, Encoder> Load, Func<(Centroids Centroids, int[] ClusterOf)?> Clusters)
{
    /// <summary>The argument.</summary>
    public static Argument<string> Argument() => new("MODEL") { Description = "A folder that 'dnc export' wrote, or a model of a run, as RUN:dnc, RUN:base, RUN:expert:3." };

    /// <summary>Finds the model.</summary>
    /// <param name="text">As typed. A folder of that name wins over a run.</param>
    /// <param name="otherwise">The model of a run that is named alone, given its rounds.</param>
    /// <param name="place">Where runs are; asked only where one is named.</param>
    /// <exception cref="UserInputException">There is no such folder and no such run, or the folder is of another kind.</exception>
    public static ModelSource Find(string text, Func<int, string> otherwise, Func<Place> place)
    {
        if (Directory.Exists(text))
            return OfFolder(text);
        if (text.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal))
            throw new UserInputException($"There is no folder '{text}': expected one that 'dnc export' wrote, or a run (RUN or RUN:base).");
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var model = colon < 0 ? RunModel.Find(place(), text, otherwise) : RunModel.Find(place(), text[..colon], _ => text[(colon + 1)..]);
        var store = place().OpenStore();
        var clusters = model.Clusters(store);
        return new ModelSource(
            model.Config(clusters?.Map),
            device => model.Load(store, device),
            () => clusters is { } c ? (c.Centroids, c.Map.ClusterOf) : null);
    }

    private static ModelSource OfFolder(string folder)
    {
        var config = ModelConfig.Read(folder);
        var clusters = Path.Combine(folder, ModelFiles.Clusters);
        return new ModelSource(config, device => ExportedModel.Read(folder, config, device), () => File.Exists(clusters) ? Read(clusters) : null);
    }

    private static (Centroids, int[]) Read(string path)
    {
        try
        {
            return ClusterFile.Read(path);
        }
        catch (WeightsFileException e)
        {
            throw new UserInputException($"{e.Message} Export the model again.", e);
        }
    }
}
