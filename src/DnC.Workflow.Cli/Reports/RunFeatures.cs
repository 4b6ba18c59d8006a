using DnC.Workflow.Images.Formats;
using DnC.Workflow.Learning.Clustering;
using DnC.Workflow.Learning.Export;
using DnC.Workflow.Learning.Models;
using DnC.Workflow.Learning.Weights;
using DnC.Workflow.Report.Reading;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Cli.Reports;

/// <summary>Features for a report, on the CPU: no GPU is taken from a stage for the sake of a picture.</summary>
/// <param name="images">Images to send through a network, whatever that takes; null: as many as take some seconds.</param>
internal sealed class RunFeatures(int? images = null) : IFeatureReader
{
    /// <summary>What sending images through one network may cost: some seconds of two cores. [ours]</summary>
    private const double MostFlops = 1e11;

    public IReadOnlyList<float[]> Stored(string path, IReadOnlyList<int> rows)
    {
        using var matrix = FeatureMatrix.Open(path);
        return [.. rows.Select(row => matrix.Row(row).ToArray())];
    }

    public int Affordable(ModelSpec model)
    {
        if (images is { } asked)
            return asked;
        using var encoder = new Encoder(model, seed: 0);
        return (int)Math.Min(int.MaxValue, MostFlops / Flops.Forward(encoder, model.Side));
    }

    public IReadOnlyList<float[]?> Pooled(string weights, ModelSpec model, IImageSource source)
    {
        try
        {
            var options = new StageOptions { Device = "cpu", Threads = Environment.ProcessorCount, ForwardBatch = 64 };
            using var pass = EncoderPass.Open(_ => ModelFile.Open(weights, model), "pooled", options);
            var rows = new float[]?[source.Count];
            var set = pass.Set(source);
            foreach (var batch in pass.From(set, 0))
            {
                foreach (var (at, image) in batch.Images.Index())
                    rows[image] = batch.Values.AsSpan(at * pass.Width, pass.Width).ToArray();
            }

            return rows;
        }
        catch (WeightsFileException e)
        {
            throw new UserInputException(e.Message, e);
        }
    }
}
