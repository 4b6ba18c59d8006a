using DnC.Workflow.Bench.Clustering;
using DnC.Workflow.Bench.Evaluation;
using DnC.Workflow.Bench.Growth;
using DnC.Workflow.Bench.Images;
using DnC.Workflow.Bench.Startup;
using DnC.Workflow.Bench.Training;

namespace DnC.Workflow.Bench;

/// <summary>The registration list of the rows of speed, in the order of the table.</summary>
public static class SpeedRows
{
    /// <summary>Every row.</summary>
    public static IReadOnlyList<SpeedRow> All { get; } =
    [
        new("step", "a MoCLR training step against the same step in PyTorch", StepRow.Measure),
        new("distill", "a distillation step, teachers augmented and cached, against a MoCLR step", DistillRow.Measure),
        new("run", "a whole run on this machine: its wall time against the pure compute of its steps", WholeRunRow.Measure),
        new("augment", "two-view augmentation against OpenCV, and torchvision on Pillow", AugmentRow.Measure),
        new("decode", "JPEG to a 224-pixel crop, and packed raw pixels to one, against Pillow and OpenCV", DecodeRow.Measure),
        new("kmeans", "k-means from the same centroids against faiss and scikit-learn", KMeansRow.Measure),
        new("assign", "nearest-centroid assignment against its bare matrix product", AssignRow.Measure),
        new("knn", "weighted k-NN against faiss and scikit-learn", KnnRow.Measure),
        new("probe", "the linear probe and the logistic regression against scikit-learn", ProbeRow.Measure),
        new("checkpoint", "checkpoints and resuming as a share of the training", CheckpointRow.Measure),
        new("start", "from the start of a stage's child process to its first step", ChildStartRow.Measure),
        new("growth", "time and memory of each phase as images, K, dimension and workers grow", GrowthRow.Measure),
    ];
}
