using DnC.Workflow.Images.Formats;
using DnC.Workflow.Learning.Models;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Spec;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Weights;

/// <summary>
/// Weights that stand for the base training ('base.weights'): torchvision's names, with or without 'backbone.' before them, and a projector's
/// below 'projector.' or none. torchvision's classifier (fc.*) is left aside; counters of batches may be missing, as in old files.
/// </summary>
public static class GivenWeights
{
    private const string Backbone = "backbone.";
    private const string Projector = "projector.";
    private const string Counter = ".num_batches_tracked";

    /// <summary>Checks a spec's weights before anything runs, by names and shapes alone.</summary>
    /// <exception cref="UserInputException">They are missing, damaged or of another network (lists all that differs), or lack the projector that clustering needs.</exception>
    public static void Require(RunSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        if (spec.Base.Weights is not { } path)
            return;
        try
        {
            using var scope = NewDisposeScope();
            using var encoder = new Encoder(spec.Model, seed: 0);
            var found = new Dictionary<string, long[]>(StringComparer.Ordinal);
            foreach (var (name, shape) in GivenWeightsDigest.Files(path).SelectMany(SafetensorsFile.Shapes))
                found[name] = shape;
            RequireLayer(Match(found, encoder, path), spec.Embed.Layer, path);
        }
        catch (WeightsFileException e)
        {
            throw new UserInputException($"base.weights: {e.Message}", e);
        }
    }

    /// <summary>Copies them into an encoder, whose projector stays as it is where they have none.</summary>
    /// <returns>Whether they have a projector.</returns>
    /// <exception cref="WeightsFileException">A file is damaged or of another network: lists all that differs.</exception>
    /// <exception cref="UserInputException">A file is missing.</exception>
    public static bool Load(Encoder encoder, string path)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var read = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        foreach (var (name, value) in GivenWeightsDigest.Files(path).SelectMany(SafetensorsFile.Read))
            read[Plain(name)] = value;
        var hasProjector = Match(read.ToDictionary(r => r.Key, r => r.Value.shape, StringComparer.Ordinal), encoder, path);
        foreach (var (name, value) in encoder.state_dict())
        {
            if (read.TryGetValue(Plain(name), out var given))
                value.copy_(given);
        }

        return hasProjector;
    }

    /// <summary>Refuses to cluster by a layer that nobody trained.</summary>
    /// <exception cref="UserInputException">There is no projector, and the layer is one of its.</exception>
    public static void RequireLayer(bool hasProjector, string layer, string path)
    {
        if (!hasProjector && layer != "pooled")
            throw new UserInputException($"base.weights '{path}' has no projector (projector.*), and 'embed.layer' is {layer}: random weights would be clustered. Set embed.layer=pooled, or take weights that 'dnc export' wrote, as their folder.");
    }

    private static bool Match(Dictionary<string, long[]> found, Encoder encoder, string path)
    {
        var given = found.Where(f => !f.Key.StartsWith("fc.", StringComparison.Ordinal)).ToDictionary(f => Plain(f.Key), f => f.Value, StringComparer.Ordinal);
        var hasProjector = given.Keys.Any(k => k.StartsWith(Projector, StringComparison.Ordinal));
        var expected = encoder.state_dict()
            .Where(s => hasProjector || !s.Key.StartsWith(Projector, StringComparison.Ordinal))
            .Where(s => !s.Key.EndsWith(Counter, StringComparison.Ordinal) || given.ContainsKey(Plain(s.Key)))
            .ToDictionary(s => Plain(s.Key), s => s.Value.shape, StringComparer.Ordinal);
        var wrong = WeightsMatch.Mismatches(given, expected);
        return wrong.Count == 0
            ? hasProjector
            : throw new WeightsFileException(path, $"its weights are not those of model.backbone {encoder.Spec.Backbone} with model.stem {encoder.Spec.Stem}: {string.Join("; ", wrong)}");
    }

    private static string Plain(string name) => name.StartsWith(Backbone, StringComparison.Ordinal) ? name[Backbone.Length..] : name;
}
