using DnC.Workflow.Images.Formats;
using DnC.Workflow.Images.Loading;
using DnC.Workflow.Learning.Clustering;
using DnC.Workflow.Learning.Models;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Learning.Phases;

/// <summary>Images of a labelled part with what a network says of them.</summary>
/// <param name="Features">(N, d), in the scratch folder.</param>
/// <param name="Labels">By row: its class.</param>
/// <param name="Ids">By row: the image's id.</param>
internal sealed record LabelledFeatures(FeatureMatrix Features, int[] Labels, string[] Ids) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => Features.Dispose();
}

/// <summary>A labelled part of the data: the one place in the method's code where labels are opened.</summary>
internal sealed class EvaluatePart
{
    private readonly StageContext _context;
    private readonly StageDevice _device;
    private readonly ImageSet _set;
    private readonly int[] _classOf;
    private readonly string _name;

    private EvaluatePart(StageContext context, StageDevice device, string name, ImageSet set, int[] classOf) =>
        (_context, _device, _name, _set, _classOf) = (context, device, name, set, classOf);

    /// <summary>Opens 'probe' or 'test'; null where the data has no such part or no labels for it.</summary>
    public static EvaluatePart? Open(StageContext context, StageDevice device, DataParts data, string name, Stages.Plan.EvaluateSettings settings)
    {
        var source = name == "probe" ? data.Probe : data.Test;
        if (source is null || LabelTable.Open(data, name) is not { } labels)
            return null;
        var set = StageImages.Plain(source, StageImages.All(source), context, settings.Model, settings.BadImageShare);
        return new EvaluatePart(context, device, name, set, labels.ClassOf);
    }

    /// <summary>The images whose places in this part are given.</summary>
    public EvaluatePart Only(IReadOnlyList<int> images) => new(_context, _device, _name, _set.Part(images), [.. images.Select(i => _classOf[i])]);

    /// <summary>Images, unreadable ones included.</summary>
    public int Count => _set.Count;

    /// <summary>A layer of a network for every readable image.</summary>
    public LabelledFeatures Features(Encoder encoder, string layer, string scratch) => Write(scratch, FeaturePass.Width(encoder, layer), (writer, rows) =>
        FeaturePass.Run(_context, _device, encoder, _set, 256, layer, $"features of {_name}", (batch, features) =>
        {
            writer.Append(FeaturePass.Values(features));
            rows.AddRange(batch.Indices.AsSpan(0, batch.Count));
        }));

    /// <summary>Raw pixels of every readable image, resized to <paramref name="side"/>.</summary>
    public LabelledFeatures Pixels(int side, string scratch) => Write(scratch, 3 * side * side, (writer, rows) =>
    {
        foreach (var batch in new PlainBatches(_set, side, 256, LoaderThreads.For(_device)).From(0))
        {
            writer.Append(batch.Data.AsSpan(0, batch.Count * 3 * side * side));
            rows.AddRange(batch.Indices.AsSpan(0, batch.Count));
        }
    });

    /// <summary>The nearest centroid of every readable image, by its place in this part.</summary>
    public IReadOnlyList<(int Image, int Centroid)> Nearest(Encoder encoder, string layer, NearestCentroid nearest)
    {
        var found = new List<(int, int)>(Count);
        FeaturePass.Run(_context, _device, encoder, _set, 256, layer, $"clusters of {_name}", (batch, features) =>
            found.AddRange(batch.Indices.Take(batch.Count).Zip(nearest.Assign(features))));
        return found;
    }

    private LabelledFeatures Write(string scratch, int width, Action<FeatureMatrixWriter, List<int>> fill)
    {
        var path = Path.Combine(_context.ScratchFolder, $"{scratch}-{_name}.f32");
        var rows = new List<int>(Count);
        using (var writer = FeatureMatrixWriter.Create(path, width))
        {
            fill(writer, rows);
            writer.Complete();
        }

        return new LabelledFeatures(FeatureMatrix.Open(path), [.. rows.Select(i => _classOf[i])], [.. rows.Select(_set.Id)]);
    }
}
