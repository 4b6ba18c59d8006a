using System.Text.Json;
using DnC.Workflow.Cli.Places;
using DnC.Workflow.Learning.Clustering;
using DnC.Workflow.Learning.Export;
using DnC.Workflow.Learning.Models;
using DnC.Workflow.Learning.Weights;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Ports;
using DnC.Workflow.Stages.Spec;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Cli.Models;

/// <summary>A model of a run, in the run's artifacts.</summary>
/// <param name="Run">The run.</param>
/// <param name="Spec">Its spec.</param>
/// <param name="Name">What people call the model.</param>
/// <param name="Stage">The stage that made it.</param>
/// <param name="File">Its weights.</param>
internal sealed record RunModel(RunView Run, RunSpec Spec, string Name, StageView Stage, ArtifactFile File)
{
    /// <summary>Finds a model.</summary>
    /// <param name="place">Where runs are.</param>
    /// <param name="run">The run's id or the beginning of it.</param>
    /// <param name="named">The model's name, given the run's rounds.</param>
    /// <exception cref="UserInputException">No such run, or it has no such model now: lists those it has.</exception>
    public static RunModel Find(Place place, string run, Func<int, string> named)
    {
        var view = place.Read(runs => runs.Get(run));
        var spec = JsonSerializer.Deserialize<RunSpec>(view.SpecJson, SpecJson.Options)!;
        var model = named(spec.Rounds);
        var stage = ModelName.StageOf(model, spec.Rounds);
        var there = ModelName.Of(view, spec.Rounds);
        return there.TryGetValue(stage, out var name) && view.Stages.First(s => s.Node.Name == stage) is var found
            ? new RunModel(view, spec, name, found, found.Output!.Find(StageFiles.Model)!)
            : throw new UserInputException($"Run {view.Summary.Id} has no model '{model}' ({Missing(view, stage)}). It has {(there.Count == 0 ? $"none yet; 'dnc status {view.Summary.Id}' says where it stands" : string.Join(", ", there.Values))}.");
    }

    /// <summary>The round whose clusters were made by it, or null.</summary>
    public int? Round => ModelName.RoundOf(Stage.Node.Name, Spec.Rounds);

    /// <summary>What the exported model says of itself.</summary>
    public ModelConfig Config(ClusterMap? clusters) => new(
        Spec.Model, Name, Run.Summary.Id, Stage.Node.Name, File.Digest, clusters is null ? null : Spec.Embed.Layer, clusters is null ? null : clusters.Metric ?? "cosine");

    /// <summary>The network with its weights, in eval mode.</summary>
    /// <exception cref="UserInputException">The weights are gone or damaged.</exception>
    public Encoder Load(IArtifactStore store, Device device)
    {
        try
        {
            var encoder = ModelFile.Open(Opened(store, Stage, File), Spec.Model);
            encoder.to(device);
            return encoder;
        }
        catch (WeightsFileException e)
        {
            throw new UserInputException($"{e.Message} {Again(Stage)}", e);
        }
    }

    /// <summary>The clusters that were made by it, or null where none were, or not yet.</summary>
    /// <exception cref="UserInputException">They are gone or damaged.</exception>
    public (Centroids Centroids, ClusterMap Map)? Clusters(IArtifactStore store)
    {
        if (Round is not { } round)
            return null;
        var name = round == 1 ? "cluster" : FormattableString.Invariant($"cluster@{round}");
        if (Run.Stages.FirstOrDefault(s => s.Node.Name == name) is not { } stage || stage.Output?.Find(StageFiles.Centroids) is not { } centroids || stage.Output.Find(StageFiles.ClusterMap) is not { } map)
            return null;
        try
        {
            return (Centroids.Read(Opened(store, stage, centroids)), JsonSerializer.Deserialize<ClusterMap>(System.IO.File.ReadAllText(Opened(store, stage, map)), SpecJson.Options)!);
        }
        catch (Exception e) when (e is InvalidDataException or JsonException)
        {
            throw new UserInputException($"{e.Message} {Again(stage)}", e);
        }
    }

    private string Opened(IArtifactStore store, StageView stage, ArtifactFile file)
    {
        try
        {
            return store.Open(file);
        }
        catch (ArtifactLostException e)
        {
            throw new UserInputException($"{e.Message} {Again(stage)}", e);
        }
    }

    private string Again(StageView stage) => $"'dnc rerun {Run.Summary.Id} {stage.Node.Name}' makes it again.";

    private static string Missing(RunView view, string stage) => view.Stages.FirstOrDefault(s => s.Node.Name == stage) is { } found
        ? $"its stage '{stage}' is {found.State.Word()}"
        : $"it has no stage '{stage}'";
}
