using System.Text.Json;
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
    /// <summary>Writes a curve as a JSON object a line.</summary>
    public static void Write(string path, IReadOnlyList<CurvePoint> curve) =>
        File.WriteAllLines(path, curve.Select(p => JsonSerializer.Serialize(p, SpecJson.Options)));
}
