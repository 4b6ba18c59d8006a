using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Stages.Plan;

/// <summary>Settings of a training stage (base, expert, equal-length baseline): all that changes its weights.</summary>
/// <param name="Seed">The run's seed; the phase derives its own from it.</param>
/// <param name="Model">The network.</param>
/// <param name="Training">The recipe; <see cref="TrainingSpec.Epochs"/> is set, <see cref="TrainingSpec.Images"/> is not.</param>
/// <param name="Init">'scratch', or 'base' to start from the input of that name.</param>
/// <param name="BadImageShare">Share of images that may be unreadable.</param>
/// <param name="Weights">Digest of given weights that stand for the training, whose recipe then says nothing; or null.</param>
/// <param name="Layer">With given weights: the layer that will be clustered.</param>
/// <param name="FullSet">For an expert: true if it trains on all images, for as many steps as it would on its cluster's; null: on its cluster's.</param>
public sealed record TrainingSettings(
    long Seed, ModelSpec Model, TrainingSpec Training, string Init, double BadImageShare, string? Weights = null, string? Layer = null, bool? FullSet = null);

/// <summary>Settings of a division at random.</summary>
/// <param name="Seed">The run's seed.</param>
public sealed record PartitionSettings(long Seed);

/// <summary>Settings of an embedding stage.</summary>
/// <param name="Seed">The run's seed.</param>
/// <param name="Model">The network.</param>
/// <param name="Embed">The layer and the sample.</param>
/// <param name="BadImageShare">Share of images that may be unreadable.</param>
public sealed record EmbedSettings(long Seed, ModelSpec Model, EmbedSpec Embed, double BadImageShare);

/// <summary>Settings of a clustering stage. It assigns every image, so it knows the network too.</summary>
/// <param name="Seed">The run's seed.</param>
/// <param name="Model">The network.</param>
/// <param name="Layer">The embedded layer.</param>
/// <param name="Cluster">K and the rest.</param>
/// <param name="BadImageShare">Share of images that may be unreadable.</param>
public sealed record ClusterSettings(long Seed, ModelSpec Model, string Layer, ClusterSpec Cluster, double BadImageShare);

/// <summary>Settings of a distillation stage.</summary>
/// <param name="Seed">The run's seed.</param>
/// <param name="Model">The network.</param>
/// <param name="Distill">The recipe; its length is in epochs.</param>
/// <param name="BadImageShare">Share of images that may be unreadable.</param>
public sealed record DistillSettings(long Seed, ModelSpec Model, DistillSpec Distill, double BadImageShare);

/// <summary>Settings of an evaluation stage.</summary>
/// <param name="Seed">The run's seed.</param>
/// <param name="Subject">'pixels' (with chance), 'clusters', 'model' (input 'model'), or 'expert' (inputs 'model', 'base', 'centroids', 'clusters').</param>
/// <param name="Label">The row's name: 'base', 'dnc', 'equal-length', 'expert[3]'.</param>
/// <param name="Cluster">For an expert: the number of its cluster.</param>
/// <param name="Layer">For an expert: the layer that was clustered.</param>
/// <param name="Model">The network.</param>
/// <param name="Evaluate">The probes.</param>
/// <param name="BadImageShare">Share of images that may be unreadable.</param>
/// <param name="Round">For an expert: the round of its cluster; null: the first.</param>
public sealed record EvaluateSettings(
    long Seed, string Subject, string Label, int? Cluster, string? Layer, ModelSpec Model, EvaluateSpec Evaluate, double BadImageShare, int? Round = null);

/// <summary>Settings of a fine-tuning on few labels. Its input is 'model'.</summary>
/// <param name="Seed">The run's seed.</param>
/// <param name="Label">The model's name in the table.</param>
/// <param name="Share">Share of each class's labels.</param>
/// <param name="Layer">'pooled' or 'hidden': where the classifier stands.</param>
/// <param name="Model">The network.</param>
/// <param name="Recipe">Length, batch, rates; its shares and layers are the defaults.</param>
/// <param name="ValidationShare">Share of the probe part that chooses the rate.</param>
/// <param name="BadImageShare">Share of images that may be unreadable.</param>
public sealed record FewLabelsSettings(
    long Seed, string Label, double Share, string Layer, ModelSpec Model, FewLabelsSpec Recipe, double ValidationShare, double BadImageShare);

/// <summary>Settings of the comparison of the base (input 'base') with one trained for a third of its length (input 'third').</summary>
/// <param name="Seed">The run's seed.</param>
/// <param name="Model">The network.</param>
/// <param name="Evaluate">The probes.</param>
/// <param name="BadImageShare">Share of images that may be unreadable.</param>
public sealed record WorthSettings(long Seed, ModelSpec Model, EvaluateSpec Evaluate, double BadImageShare)
{
    /// <summary>Training images whose neighbours are compared, at most. [ours]</summary>
    public const int Sample = 2000;
}
