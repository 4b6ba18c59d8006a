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

        var passes = new PassSequence(context, device);
        var rows = FeaturePass.Store(passes, Path.Combine(context.OutputFolder, StageFiles.Embedding), "embedding", set, encoder, embed.Layer, embed.Precision == "fp16" ? FeatureElement.Float16 : FeatureElement.Float32);
        MemberList.WriteRows(Path.Combine(context.OutputFolder, StageFiles.EmbeddedImages), images, rows.Select(set.SourceIndex));
        return StageResult.Of(new
        {
            images = rows.Length,
            embed.Layer,
            dimension = FeaturePass.Width(encoder, embed.Layer),
            flops = rows.Length * Flops.Forward(encoder, settings.Model.Side),
            badImageCount = set.Bad.Count,
            badImages = StageImages.Bad(set),
            provenance = device.Provenance(),
        });
    }

    /// <summary>All images, or as many as asked for, drawn by the seed and in their order.</summary>
    internal static int[] Sample(int count, long wanted, ulong seed)
    {
        if (count <= wanted)
            return [.. Enumerable.Range(0, count)];
        var order = new EpochOrder(seed, 0, count);
        return [.. Enumerable.Range(0, (int)wanted).Select(i => order[i]).Order()];
    }
}
