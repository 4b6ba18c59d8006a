using System.Text.Json;
using System.Text.Json.Nodes;
using DnC.Workflow.Learning.Models;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Learning.Export;

/// <summary>
/// An exported model's config.json: timm's form (architecture, num_features, pretrained_cfg), in which hubs read it, and below 'dnc' what
/// this project needs to build the network again.
/// </summary>
/// <param name="Model">The network.</param>
/// <param name="Name">Which model of its run: 'dnc', 'base', 'expert:3'.</param>
/// <param name="Run">The run's id.</param>
/// <param name="Stage">The stage that made it.</param>
/// <param name="Weights">SHA-256 of the stage's file of weights, 64 hexadecimal digits.</param>
/// <param name="Layer">The layer that was clustered, where the folder has clusters.</param>
/// <param name="Metric">'cosine' or 'euclidean': by what an image's centroid is the nearest one, where the folder has clusters.</param>
public sealed record ModelConfig(ModelSpec Model, string Name, string Run, string Stage, string Weights, string? Layer = null, string? Metric = null)
{
    /// <summary>The JSON.</summary>
    /// <param name="features">Length of a feature vector.</param>
    public string ToJson(int features) => new JsonObject
    {
        ["architecture"] = Model.Backbone,
        ["num_classes"] = 0,
        ["num_features"] = features,
        ["global_pool"] = "avg",
        ["pretrained_cfg"] = Preprocessing.Pretrained(Model.Side),
        ["dnc"] = JsonSerializer.SerializeToNode(this, SpecJson.Options),
    }.ToJsonString(SpecJson.Indented) + "\n";

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <param name="folder">The exported model's folder.</param>
    /// <exception cref="UserInputException">There is no such file, or it is of another kind.</exception>
    public static ModelConfig Read(string folder)
    {
        var path = Path.Combine(folder, ModelFiles.Config);
        if (!File.Exists(path))
            throw new UserInputException($"The folder '{folder}' has no {ModelFiles.Config}: expected a folder that 'dnc export' wrote, or a run (RUN or RUN:base).");
        try
        {
            var config = JsonNode.Parse(File.ReadAllText(path))?["dnc"]?.Deserialize<ModelConfig>(SpecJson.Options);
            if (config is not { Model: { Side: >= 16 and <= 1024, ProjectorHidden: > 0, Projection: > 0, Width: > 0, Blocks: > 0 }, Weights: not null })
                throw new UserInputException($"{path}: says nothing below 'dnc' of the network; expected the file that 'dnc export' wrote.");
            Backbones.Require(config.Model);
            return config;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new UserInputException($"{path}: is no configuration of a model: {e.Message} Export the model again.", e);
        }
    }
}
