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
        ArgumentNullException.ThrowIfNull(encoder);
        using var scope = NewDisposeScope();
        WeightsMatch.Copy(SafetensorsFile.Read(path), encoder.state_dict(), path, encoder.Spec.Backbone);
    }
}
