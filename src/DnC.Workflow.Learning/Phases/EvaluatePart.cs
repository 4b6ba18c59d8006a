using DnC.Workflow.Images.Formats;
using DnC.Workflow.Images.Labels;
using DnC.Workflow.Images.Loading;
using DnC.Workflow.Learning.Clustering;
using DnC.Workflow.Learning.Models;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Spec;

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
    private readonly PassSequence _passes;
    private readonly ImageSet _set;
    private readonly int[] _classOf;
    private readonly string _name;

    private EvaluatePart(StageContext context, PassSequence passes, string name, ImageSet set, int[] classOf) =>
        (_context, _passes, _name, _set, _classOf) = (context, passes, name, set, classOf);

    /// <summary>Opens 'probe' or 'test'; null where the data has no such part or no labels for it.</summary>
    public static EvaluatePart? Open(StageContext context, PassSequence passes, DataParts data, string name, ModelSpec model, double badImageShare)
    {
        var source = name == "probe" ? data.Probe : data.Test;
        if (source is null || LabelTable.Open(data, name) is not { } labels)
            return null;
        var set = StageImages.Plain(source, StageImages.All(source), context, model, badImageShare);
        return new EvaluatePart(context, passes, name, set, labels.ClassOf);
    }

    /// <summary>The images whose places in this part are given.</summary>
    public EvaluatePart Only(IReadOnlyList<int> images) => new(_context, _passes, _name, _set.Part(images), [.. images.Select(i => _classOf[i])]);

    /// <summary>The images, un-augmented.</summary>
    public ImageSet Set => _set;

    /// <summary>By image: its class.</summary>
    public IReadOnlyList<int> ClassOf => _classOf;

    /// <summary>Images, unreadable ones included.</summary>
    public int Count => _set.Count;

    /// <summary>A layer of a network for every readable image.</summary>
    public LabelledFeatures Features(Encoder encoder, string layer, string scratch) =>
        Labelled(Scratch(scratch), path => FeaturePass.Store(_passes, path, $"features of {_name}", _set, encoder, layer));

    /// <summary>Raw pixels of every readable image, resized to <paramref name="side"/>.</summary>
    public LabelledFeatures Pixels(int side, string scratch)
    {
        var values = 3 * side * side;
        return Labelled(Scratch(scratch), path => _passes.Run(path, values, $"pixels of {_name}", _set, side, (batch, matrix) =>
            matrix.Append(batch.Data.AsSpan(0, batch.Count * values))));
    }

    /// <summary>The nearest centroid of every readable image, by its place in this part.</summary>
    public IReadOnlyList<(int Image, int Centroid)> Nearest(Encoder encoder, string layer, NearestCentroid nearest) =>
        FeaturePass.Nearest(_passes, Scratch("nearest"), $"clusters of {_name}", _set, encoder, layer, nearest);

    private string Scratch(string name) => Path.Combine(_context.ScratchFolder, $"{name}-{_name}.f32");

    private LabelledFeatures Labelled(string path, Func<string, int[]> pass)
    {
        var rows = pass(path);
        return new LabelledFeatures(FeatureMatrix.Open(path), [.. rows.Select(i => _classOf[i])], [.. rows.Select(_set.Id)]);
    }
}
