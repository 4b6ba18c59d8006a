using DnC.Workflow.Learning.Models;
using DnC.Workflow.Learning.Weights;
using DnC.Workflow.Stages.Execution;
using Google.Protobuf;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Export;

/// <summary>An encoder as a folder that other programs read: weights, graph, configuration.</summary>
public static class ExportedModel
{
    private const string Backbone = "backbone.";
    private const string Projector = "projector.";

    /// <summary>Writes weights, configuration and preprocessing into a folder that is there and empty.</summary>
    public static void Write(string folder, Encoder encoder, ModelConfig config)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentNullException.ThrowIfNull(config);
        var state = encoder.state_dict();
        SafetensorsFile.Write(Path.Combine(folder, ModelFiles.Weights), Below(state, Backbone, keep: false));
        SafetensorsFile.Write(Path.Combine(folder, ModelFiles.Projector), Below(state, Projector, keep: true));
        File.WriteAllText(Path.Combine(folder, ModelFiles.Config), config.ToJson(encoder.Features));
        File.WriteAllText(Path.Combine(folder, ModelFiles.Preprocessor), Preprocessing.Processor(encoder.Spec.Side).ToJsonString(Stages.Spec.SpecJson.Indented) + "\n");
    }

    /// <summary>Writes the graph from images (batch, 3, side, side), normalised, to pooled features (batch, d).</summary>
    public static void WriteOnnx(string path, Encoder encoder, IEnumerable<KeyValuePair<string, string>> about)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        var graph = new OnnxGraph(encoder.Backbone.Network.state_dict());
        var model = graph.Model(encoder.Backbone.WriteTo(graph, graph.Images(encoder.Spec.Side)), encoder.Features, about);
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 20);
        model.WriteTo(file);
        file.Flush(flushToDisk: true);
    }

    /// <summary>The encoder of a folder, in eval mode.</summary>
    /// <param name="folder">As <see cref="Write"/> wrote it.</param>
    /// <param name="config">Its configuration.</param>
    /// <param name="device">Where it shall live.</param>
    /// <exception cref="UserInputException">A file of weights is missing, damaged, or of another network: lists what differs.</exception>
    public static Encoder Read(string folder, ModelConfig config, Device device)
    {
        ArgumentNullException.ThrowIfNull(config);
        var encoder = new Encoder(config.Model, seed: 0);
        try
        {
            using var scope = NewDisposeScope();
            var state = encoder.state_dict();
            foreach (var (name, prefix, keep) in new[] { (ModelFiles.Weights, Backbone, false), (ModelFiles.Projector, Projector, true) })
            {
                var path = Path.Combine(folder, name);
                if (!File.Exists(path))
                    throw new UserInputException($"The model in '{folder}' has no {name}: export it again.");
                WeightsMatch.Copy(SafetensorsFile.Read(path), Below(state, prefix, keep), path, config.Model.Backbone);
            }

            encoder.to(device);
            encoder.eval();
            return encoder;
        }
        catch (WeightsFileException e)
        {
            encoder.Dispose();
            throw new UserInputException(e.Message, e);
        }
        catch
        {
            encoder.Dispose();
            throw;
        }
    }

    private static Dictionary<string, Tensor> Below(IReadOnlyDictionary<string, Tensor> state, string prefix, bool keep) => state
        .Where(s => s.Key.StartsWith(prefix, StringComparison.Ordinal))
        .ToDictionary(s => keep ? s.Key : s.Key[prefix.Length..], s => s.Value, StringComparer.Ordinal);
}
