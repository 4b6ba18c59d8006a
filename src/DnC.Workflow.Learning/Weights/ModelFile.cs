using DnC.Workflow.Learning.Models;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Weights;

/// <summary>An encoder's weights and statistics as a file: what stages hand on.</summary>
public static class ModelFile
{
    /// <summary>Writes 'backbone.…' (torchvision's names after it) and 'projector.…'.</summary>
    public static void Save(string path, Encoder encoder) => SafetensorsFile.Write(path, encoder.state_dict());

    /// <summary>Loads into an encoder of the same shape.</summary>
    /// <exception cref="WeightsFileException">The file is damaged or holds another network: lists what differs.</exception>
    public static void Load(string path, Encoder encoder)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var read = SafetensorsFile.Read(path);
        var state = encoder.state_dict();
        var wrong = state.Keys.Where(k => !read.ContainsKey(k)).Select(k => $"'{k}' is missing")
            .Concat(read.Keys.Where(k => !state.ContainsKey(k)).Select(k => $"'{k}' is not of this network"))
            .Concat(state.Where(s => read.TryGetValue(s.Key, out var r) && !r.shape.SequenceEqual(s.Value.shape))
                .Select(s => $"'{s.Key}' is [{string.Join(", ", read[s.Key].shape)}], expected [{string.Join(", ", s.Value.shape)}]"))
            .ToList();
        if (wrong.Count > 0)
            throw new WeightsFileException(path, $"its weights are not those of {encoder.Spec.Backbone}: {string.Join("; ", wrong.Take(20))}");
        foreach (var (name, value) in state)
            value.copy_(read[name]);
    }
}
