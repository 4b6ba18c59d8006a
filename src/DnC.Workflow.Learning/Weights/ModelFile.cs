using DnC.Workflow.Learning.Models;
using DnC.Workflow.Stages.Spec;
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

    /// <summary>The network of a spec with the file's weights, in eval mode, on the CPU.</summary>
    /// <exception cref="WeightsFileException">The file is damaged or holds another network: lists what differs.</exception>
    public static Encoder Open(string path, ModelSpec model)
    {
        var encoder = new Encoder(model, seed: 0);
        try
        {
            Load(path, encoder);
        }
        catch
        {
            encoder.Dispose();
            throw;
        }

        encoder.eval();
        return encoder;
    }
}
