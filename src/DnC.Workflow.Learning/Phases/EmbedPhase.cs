using System.Globalization;
using DnC.Workflow.Images.Loading;
using DnC.Workflow.Learning.Clustering;
using DnC.Workflow.Learning.Models;
using DnC.Workflow.Learning.Weights;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Keys;
using DnC.Workflow.Stages.Plan;

namespace DnC.Workflow.Learning.Phases;

/// <summary>Phase 2: un-augmented images through the base in eval mode; by default the projector's hidden layer, which clusters best [paper, table 6].</summary>
public sealed class EmbedPhase : IStageExecutor
{
    /// <inheritdoc/>
    public string Kind => "embed";

    /// <inheritdoc/>
    public int Version => 1;

    /// <inheritdoc/>
    public StageResult Execute(StageContext context)
    {
        var settings = context.Read<EmbedSettings>();
        var (embed, device) = (settings.Embed, StageDevice.Open(context.Options));
        using var images = StageImages.OpenTraining(context);
        using var encoder = new Encoder(settings.Model, seed: 0, device.Device);
        ModelFile.Load(context.Input("base"), encoder);
        var members = Sample(images.Count, embed.Sample, DerivedSeed.Of((ulong)settings.Seed, Kind));
        var set = StageImages.Plain(images, members, context, settings.Model, settings.BadImageShare);

        var pass = new PassCheckpoint(set);
        int rows;
        using (var matrix = Start(context, pass, FeaturePass.Width(encoder, embed.Layer)))
        {
            var saved = matrix.Rows;
            FeaturePass.Run(
                context, device, encoder, set, context.Options.ForwardBatch, embed.Layer, "embedding", (_, features) => matrix.Append(FeaturePass.Values(features)), pass.Next, next =>
            {
                var folder = context.Checkpoints.Begin(next);
                pass.Save(folder, next, segment => matrix.SaveRows(saved, segment));
                context.Checkpoints.Commit(folder, next);
                saved = matrix.Rows;
            });
            matrix.Complete();
            rows = matrix.Rows;
        }

        MemberList.WriteRows(Path.Combine(context.OutputFolder, StageFiles.EmbeddedImages), images, pass.Readable(set.Count).Select(set.SourceIndex));
        return StageResult.Of(new
        {
            images = rows,
            embed.Layer,
            dimension = FeaturePass.Width(encoder, embed.Layer),
            flops = rows * Flops.Forward(encoder, settings.Model.Side),
            badImageCount = set.Bad.Count,
            badImages = StageImages.Bad(set),
            provenance = device.Provenance(),
        });
    }

    /// <summary>The output, holding the rows of the checkpoint if there is one that can be used.</summary>
    private static FeatureMatrixWriter Start(StageContext context, PassCheckpoint pass, int width)
    {
        var path = Path.Combine(context.OutputFolder, StageFiles.Embedding);
        var matrix = FeatureMatrixWriter.Create(path, width);
        if (context.Checkpoints.ResumeFolder is not { } folder)
            return matrix;
        try
        {
            pass.Load(folder);
            foreach (var segment in pass.Segments)
            {
                using var rows = FeatureMatrix.Open(segment);
                matrix.Append(rows);
            }

            if (matrix.Rows != pass.Readable(pass.Next).Count())
                throw new InvalidDataException($"{folder}: holds {matrix.Rows} rows of {pass.Next} images");
            context.Report.Log(string.Create(CultureInfo.InvariantCulture, $"Going on at image {pass.Next}."));
            return matrix;
        }
        catch (Exception e) when (e is InvalidDataException or FileNotFoundException or DirectoryNotFoundException)
        {
            // The ledger named it, so it was whole once: a damaged disk. Starting over loses time, never the result.
            context.Report.Log($"The checkpoint cannot be used; starting from the beginning. {e.Message}");
            pass.Forget();
            matrix.Dispose();
            return FeatureMatrixWriter.Create(path, width);
        }
    }

    /// <summary>All images, or as many as asked for, drawn by the seed and in their order.</summary>
    private static int[] Sample(int count, long wanted, ulong seed)
    {
        if (count <= wanted)
            return [.. Enumerable.Range(0, count)];
        var order = new EpochOrder(seed, 0, count);
        return [.. Enumerable.Range(0, (int)wanted).Select(i => order[i]).Order()];
    }
}
