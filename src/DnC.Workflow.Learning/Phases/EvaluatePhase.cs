using System.Globalization;
using System.Text.Json;
using DnC.Workflow.Images.Formats;
using DnC.Workflow.Images.Labels;
using DnC.Workflow.Learning.Clustering;
using DnC.Workflow.Learning.Evaluation;
using DnC.Workflow.Learning.Models;
using DnC.Workflow.Learning.Weights;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Learning.Phases;

/// <summary>Phase 6: pooled features under weighted k-NN and a linear probe; an expert against the base on its own cluster; clusters against labels.</summary>
public sealed class EvaluatePhase : IStageExecutor
{
    /// <summary>Side of raw-pixel rows: larger images are shrunk to it, since a row has 3·side² values. [ours]</summary>
    private const int PixelSide = 32;

    /// <inheritdoc/>
    public string Kind => "evaluate";

    /// <inheritdoc/>
    public int Version => 1;

    /// <inheritdoc/>
    public StageResult Execute(StageContext context)
    {
        var settings = context.Read<EvaluateSettings>();
        var device = StageDevice.Open(context.Options);
        using var data = StageImages.OpenAll(context);
        if (settings.Subject == "clusters")
            return StageResult.Of(Clusters(context, data));
        var passes = new PassSequence(context, device);
        if (EvaluatePart.Open(context, passes, data, "probe", settings.Model, settings.BadImageShare) is not { } probe
            || EvaluatePart.Open(context, passes, data, "test", settings.Model, settings.BadImageShare) is not { } test)
            return StageResult.Of(new EvaluationMetrics([], "no labels"));
        var rows = new EvaluateRows(context, settings, device, passes);
        return StageResult.Of(settings.Subject switch
        {
            "pixels" => Pixels(rows, probe, test, settings),
            "expert" => Expert(context, rows, probe, test, settings, device),
            _ => Model(context, rows, probe, test, settings, device),
        });
    }

    private static EvaluationMetrics Pixels(EvaluateRows rows, EvaluatePart probe, EvaluatePart test, EvaluateSettings settings)
    {
        var side = Math.Min(PixelSide, settings.Model.Side);
        using var bank = probe.Pixels(side, "pixels");
        using var queries = test.Pixels(side, "pixels");
        return new EvaluationMetrics([EvaluateRows.Chance(bank.Labels, queries.Labels.Length), rows.Of("raw pixels", null, bank, queries)]);
    }

    private static EvaluationMetrics Model(StageContext context, EvaluateRows rows, EvaluatePart probe, EvaluatePart test, EvaluateSettings settings, StageDevice device)
    {
        using var encoder = Load(context, "model", settings, device);
        return new EvaluationMetrics([Row(rows, settings.Label, null, encoder, probe, test)], Flops: (probe.Count + test.Count) * Flops.Forward(encoder, settings.Model.Side));
    }

    private static EvaluationMetrics Expert(StageContext context, EvaluateRows rows, EvaluatePart probe, EvaluatePart test, EvaluateSettings settings, StageDevice device)
    {
        var cluster = settings.Cluster!.Value;
        var map = JsonSerializer.Deserialize<ClusterMap>(File.ReadAllText(context.Input("clusters")), SpecJson.Options)!;
        using var expert = Load(context, "model", settings, device);
        using var baseModel = Load(context, "base", settings, device);
        using var nearest = new NearestCentroid(Centroids.Read(context.Input("centroids")), device.Device, KMeansSettings.MetricOf(map.Metric));
        int[] Own(EvaluatePart part) => [.. part.Nearest(baseModel, settings.Layer!, nearest).Where(n => map.ClusterOf[n.Centroid] == cluster).Select(n => n.Image)];

        var (ownProbe, ownTest) = (probe.Only(Own(probe)), test.Only(Own(test)));
        var round = settings.Round ?? 1;
        var subset = string.Create(CultureInfo.InvariantCulture, $"{(round == 1 ? "" : $"round {round}, ")}cluster {cluster}");
        // All through the base to find their cluster; those of the cluster once more through each.
        var passes = probe.Count + test.Count + (2 * (ownProbe.Count + ownTest.Count));
        var flops = passes * Flops.Forward(baseModel, settings.Model.Side);
        return ownProbe.Count == 0 || ownTest.Count == 0
            ? new EvaluationMetrics([], $"no labelled image in {subset}", flops)
            : new EvaluationMetrics([Row(rows, settings.Label, subset, expert, ownProbe, ownTest), Row(rows, Planner.BaseOf(round), subset, baseModel, ownProbe, ownTest)], Flops: flops);
    }

    private static ClusterMetrics Clusters(StageContext context, DataParts data)
    {
        var (images, clusters) = MemberList.Read(context.Input("assignments"), data.Train);
        var count = clusters.Distinct().Count();
        if (LabelTable.Open(data, "train") is not { } labels)
            return new ClusterMetrics(0, count, null, null, null, null, "no labels");
        var classes = ClusterQuality.Of(clusters, [.. images.Select(i => labels.ClassOf[i])]);
        var domains = labels.DomainOf is { } of ? ClusterQuality.Of(clusters, [.. images.Select(i => of[i])]) : null;
        return new ClusterMetrics(classes?.Images ?? 0, count, classes?.Purity, classes?.Nmi, domains?.Purity, domains?.Nmi, classes is null ? "no labels" : null);
    }

    private static EvaluationRow Row(EvaluateRows rows, string name, string? subset, Encoder encoder, EvaluatePart probe, EvaluatePart test)
    {
        using var bank = probe.Features(encoder, "pooled", name.Replace('[', '-').Replace(']', '-'));
        using var queries = test.Features(encoder, "pooled", name.Replace('[', '-').Replace(']', '-'));
        return rows.Of(name, subset, bank, queries);
    }

    private static Encoder Load(StageContext context, string input, EvaluateSettings settings, StageDevice device)
    {
        var encoder = new Encoder(settings.Model, seed: 0, device.Device);
        ModelFile.Load(context.Input(input), encoder);
        return encoder;
    }
}
