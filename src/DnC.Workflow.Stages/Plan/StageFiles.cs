using System.Globalization;

namespace DnC.Workflow.Stages.Plan;

/// <summary>Names of the files that stages hand on: what the planner wires is what the phases write.</summary>
public static class StageFiles
{
    /// <summary>Weights of backbone and projector, in safetensors form.</summary>
    public const string Model = "model.safetensors";

    /// <summary>Beside weights that were exported: their projector.</summary>
    public const string Projector = "projector.safetensors";

    /// <summary>The embedding: a row for each embedded image.</summary>
    public const string Embedding = "embedding.bin";

    /// <summary>The images of the embedding's rows: lines of id and stamp.</summary>
    public const string EmbeddedImages = "embedded.tsv";

    /// <summary>Centroids, K unit rows: more than clusters where small ones were merged.</summary>
    public const string Centroids = "centroids.bin";

    /// <summary>Which centroid belongs to which cluster, and the clusters' sizes; JSON.</summary>
    public const string ClusterMap = "clusters.json";

    /// <summary>Every training image with its cluster: lines of id, stamp and number, sorted by id.</summary>
    public const string Assignments = "assignments.tsv";

    /// <summary>Loss, rate and speed by step.</summary>
    public const string Curve = "metrics.jsonl";

    /// <summary>In a training's checkpoint: its curve so far, and what else is no tensor; JSON.</summary>
    public const string TrainingState = "state.json";

    /// <summary>The images of one cluster: lines of id and stamp, sorted by id. Equal members give an equal file, whatever the cluster's number.</summary>
    public static string Members(int cluster) => string.Create(CultureInfo.InvariantCulture, $"members-{cluster:D4}.tsv");
}
