using DnC.Workflow.Learning.Clustering;
using DnC.Workflow.Learning.Evaluation;
using DnC.Workflow.Learning.Models;
using DnC.Workflow.Learning.Weights;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Keys;
using DnC.Workflow.Stages.Plan;

namespace DnC.Workflow.Learning.Phases;

/// <summary>
/// Whether the base is still rising: the base beside one trained for a third of its length, by neighbours, rank and spread of the features of
/// training images, and by the probes of evaluation where there are labels. [ours]
/// </summary>
/// <remarks>Both are at the end of their schedules: a checkpoint of the base itself, before its rate has fallen, would always look as if much were to gain.</remarks>
public sealed class WorthPhase : IStageExecutor
{
    private const int Neighbours = 10;

    /// <inheritdoc/>
    public string Kind => "worth";

    /// <inheritdoc/>
    public int Version => 1;

    /// <inheritdoc/>
    public StageResult Execute(StageContext context)
    {
        var settings = context.Read<WorthSettings>();
        var device = StageDevice.Open(context.Options);
        using var data = StageImages.OpenAll(context);
        var passes = new PassSequence(context, device);
        int[] members = EmbedPhase.Sample(data.Train.Count, WorthSettings.Sample, DerivedSeed.Of((ulong)settings.Seed, Kind));
        var set = StageImages.Plain(data.Train, members, context, settings.Model, settings.BadImageShare);
        var probe = EvaluatePart.Open(context, passes, data, "probe", settings.Model, settings.BadImageShare);
        var test = EvaluatePart.Open(context, passes, data, "test", settings.Model, settings.BadImageShare);
        var rows = new EvaluateRows(context, new EvaluateSettings(settings.Seed, "model", Kind, null, null, settings.Model, settings.Evaluate, settings.BadImageShare), device, passes);

        using var third = Features("third", out var shorter);
        using var ofBase = Features("base", out var longer);
        var trend = new BaseTrend(
            third.Rows,
            Neighbours,
            NeighbourAgreement.Of(third, ofBase, Neighbours, device.Device),
            EmbeddingShape.Rank(third, device.Device),
            EmbeddingShape.Rank(ofBase, device.Device),
            EmbeddingShape.Spread(third),
            EmbeddingShape.Spread(ofBase),
            shorter,
            longer);
        using var shape = new Encoder(settings.Model, seed: 0);
        var images = set.Count + (shorter is null ? 0 : probe!.Count + test!.Count);
        return StageResult.Of(new { trend, flops = 2 * images * Flops.Forward(shape, settings.Model.Side), badImageCount = set.Bad.Count, badImages = StageImages.Bad(set), provenance = device.Provenance() });

        FeatureMatrix Features(string input, out EvaluationRow? row)
        {
            using var encoder = new Encoder(settings.Model, seed: 0, device.Device);
            ModelFile.Load(context.Input(input), encoder);
            var path = Path.Combine(context.ScratchFolder, $"{input}.f32");
            FeaturePass.Store(passes, path, $"features of {input}", set, encoder, "pooled");
            row = null;
            if (probe is not null && test is not null)
            {
                using var bank = probe.Features(encoder, "pooled", input);
                using var queries = test.Features(encoder, "pooled", input);
                row = rows.Of(input, null, bank, queries);
            }

            return FeatureMatrix.Open(path);
        }
    }
}
