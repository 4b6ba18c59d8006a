using System.Security.Cryptography;
using System.Text.Json;
using DnC.Workflow.Images.Loading;
using DnC.Workflow.Learning.Weights;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Spec;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Training;

/// <summary>
/// Everything a resume needs: named live tensors (weights, buffers, target network, optimiser moments), the step, the curve. Nothing else
/// exists: learning rate, target momentum, order of the images and every augmentation are functions of the step and the seed.
/// </summary>
/// <param name="tensors">The live tensors; loading copies into them.</param>
public sealed class TrainingState(IReadOnlyDictionary<string, Tensor> tensors)
{
    private const string Tensors = "state.safetensors";

    /// <summary>Steps done.</summary>
    public long Step { get; set; }

    /// <summary>The curve so far.</summary>
    public List<CurvePoint> Curve { get; } = [];

    /// <summary>Losses since the curve's last point: their sum and how many there are.</summary>
    public (double Sum, int Count) SincePoint { get; set; }

    /// <summary>Images found unreadable so far: an attempt reports and counts those of the attempts before it too.</summary>
    public IReadOnlyList<BadImage> BadImages { get; set; } = [];

    /// <summary>Whether every number of it is one: a finite loss says so of the weights before the step, not after it.</summary>
    public bool IsFinite()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        return tensors.Values.Where(t => t.is_floating_point()).All(t => t.isfinite().all().item<bool>());
    }

    /// <summary>Whether a checkpoint holds a training.</summary>
    public static bool IsIn(string folder) => File.Exists(Path.Combine(folder, StageFiles.TrainingState)) || File.Exists(Path.Combine(folder, Tensors));

    /// <summary>Writes the state into a new folder and forces its files to disk.</summary>
    public void Save(string folder)
    {
        var path = Path.Combine(folder, Tensors);
        SafetensorsFile.Write(path, tensors);
        using var file = new FileStream(Path.Combine(folder, StageFiles.TrainingState), FileMode.CreateNew, FileAccess.Write);
        JsonSerializer.Serialize(file, new Saved(Step, Digest(path), Curve, SincePoint.Sum, SincePoint.Count, BadImages), SpecJson.Options);
        file.Flush(flushToDisk: true);
    }

    /// <summary>Copies a saved state into the live tensors.</summary>
    /// <exception cref="WeightsFileException">The checkpoint is damaged or belongs to another network or optimiser; nothing was changed.</exception>
    public void Load(string folder)
    {
        var path = Path.Combine(folder, Tensors);
        Saved saved;
        try
        {
            using var file = File.OpenRead(Path.Combine(folder, StageFiles.TrainingState));
            saved = JsonSerializer.Deserialize<Saved>(file, SpecJson.Options) ?? throw new JsonException("it is empty");
        }
        catch (Exception e) when (e is JsonException or FileNotFoundException or DirectoryNotFoundException)
        {
            throw new WeightsFileException(Path.Combine(folder, StageFiles.TrainingState), e.Message, e);
        }

        if (!File.Exists(path) || Digest(path) != saved.Digest)
            throw new WeightsFileException(path, "its bytes are not those that were written");
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var read = SafetensorsFile.Read(path);
        var missing = tensors.Keys.Except(read.Keys, StringComparer.Ordinal).Concat(read.Keys.Except(tensors.Keys, StringComparer.Ordinal)).ToList();
        if (missing.Count > 0)
            throw new WeightsFileException(path, $"it does not hold the same tensors as this training: {string.Join(", ", missing.Take(5))}");
        // All are checked before the first is copied: who starts afresh after a refusal must not start from a mixture.
        if (tensors.FirstOrDefault(t => !t.Value.shape.SequenceEqual(read[t.Key].shape) || t.Value.dtype != read[t.Key].dtype).Key is { } other)
            throw new WeightsFileException(path, $"'{other}' has another shape or type than in this training");
        foreach (var (name, live) in tensors)
            live.copy_(read[name]);
        Step = saved.Step;
        SincePoint = (saved.LossSum, saved.LossCount);
        BadImages = saved.BadImages;
        Curve.Clear();
        Curve.AddRange(saved.Curve);
    }

    private static string Digest(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    private sealed record Saved(long Step, string Digest, IReadOnlyList<CurvePoint> Curve, double LossSum, int LossCount, IReadOnlyList<BadImage> BadImages);
}
