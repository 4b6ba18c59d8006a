using System.Text.Json;
using System.Text.Json.Serialization;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Learning.Training;

/// <summary>One point of a training curve: means over the steps since the point before it.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Epoch">Epochs done.</param>
/// <param name="Loss">Mean loss.</param>
/// <param name="LearningRate">Of the last step.</param>
/// <param name="ImagesPerSecond">Images trained on per second; a measure of the machine, not of the training.</param>
public sealed record CurvePoint(long Step, double Epoch, double Loss, double LearningRate, double ImagesPerSecond)
{
    /// <summary>Norm of the gradient of the last step; null where it was not looked at.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? GradientNorm { get; init; }

    /// <summary>Effective rank of the last step's projections; null where it was not looked at.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? EmbeddingRank { get; init; }

    /// <summary>The point for trackers.</summary>
    /// <param name="before">Steps of the stage before its training.</param>
    public StageMetrics Scalars(long before)
    {
        var values = new Dictionary<string, double>(StringComparer.Ordinal)
        {
            ["loss"] = Loss, ["epoch"] = Epoch, ["learningRate"] = LearningRate, ["imagesPerSecond"] = ImagesPerSecond,
        };
        if (GradientNorm is { } norm)
            values["gradientNorm"] = norm;
        if (EmbeddingRank is { } rank)
            values["embeddingRank"] = rank;
        return new StageMetrics(before + Step, values);
    }

    /// <summary>Writes a curve as a JSON object a line.</summary>
    public static void Write(string path, IReadOnlyList<CurvePoint> curve) =>
        File.WriteAllLines(path, curve.Select(p => JsonSerializer.Serialize(p, SpecJson.Options)));
}
