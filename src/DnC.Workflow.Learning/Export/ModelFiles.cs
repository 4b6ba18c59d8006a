using DnC.Workflow.Stages.Plan;

namespace DnC.Workflow.Learning.Export;

/// <summary>Names of the files of an exported model's folder.</summary>
public static class ModelFiles
{
    /// <summary>The backbone under torchvision's names.</summary>
    public const string Weights = StageFiles.Model;

    /// <summary>The backbone as a graph: images in, pooled features out.</summary>
    public const string Onnx = "model.onnx";

    /// <summary>The training's projector, for who clusters or trains on.</summary>
    public const string Projector = StageFiles.Projector;

    /// <summary>Centroids of the clusters that were made by this model, where there are any.</summary>
    public const string Clusters = "clusters.safetensors";

    /// <summary>What network it is.</summary>
    public const string Config = "config.json";

    /// <summary>What becomes of an image before it goes in.</summary>
    public const string Preprocessor = "preprocessor_config.json";

    /// <summary>The model card.</summary>
    public const string Card = "README.md";
}
