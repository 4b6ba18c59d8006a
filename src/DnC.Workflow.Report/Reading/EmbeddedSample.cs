using DnC.Workflow.Report.Facts;
using DnC.Workflow.Stages.Plan;

namespace DnC.Workflow.Report.Reading;

/// <summary>Images of a round's embedding, drawn evenly, with what is known of each.</summary>
/// <param name="Of">Embedded images in all.</param>
/// <param name="Images">The images.</param>
/// <param name="Sources">By image: its index in the data folder, or −1.</param>
/// <param name="Features">By image: its stored row; null where none are to be had.</param>
/// <param name="Clusters">By image: its cluster, or −1.</param>
internal sealed record EmbeddedSample(long Of, IReadOnlyList<ImageRow> Images, int[] Sources, IReadOnlyList<float[]>? Features, int[] Clusters)
{
    /// <summary>Images at most. [ours]</summary>
    private const int Most = 8192;

    /// <summary>Draws from a round; null where it has no embedding.</summary>
    public static EmbeddedSample? Read(RunReading run, ArtifactFiles files, TrainingImages? images, string suffix, MissingParts missing)
    {
        var stage = "embed" + suffix;
        if (files.Open(stage, StageFiles.EmbeddedImages, "map") is not { } list)
            return null;
        var (rows, of) = ImageList.Sample(list, Most);
        if (rows.Count == 0)
            return null;
        var drawn = rows.Select(r => r.Image).ToList();
        var sources = images?.Find(drawn) ?? [.. drawn.Select(_ => -1)];
        return new EmbeddedSample(of, drawn, sources, Stored(run, files, stage, [.. rows.Select(r => r.Row)], missing), [.. drawn.Select(_ => -1)]);
    }

    /// <summary>The images at some places.</summary>
    public EmbeddedSample At(IReadOnlyList<int> places) => new(
        Of, [.. places.Select(i => Images[i])], [.. places.Select(i => Sources[i])], Features is null ? null : [.. places.Select(i => Features[i])], [.. places.Select(i => Clusters[i])]);

    private static IReadOnlyList<float[]>? Stored(RunReading run, ArtifactFiles files, string stage, IReadOnlyList<int> rows, MissingParts missing)
    {
        if (run.Features is null || files.Open(stage, StageFiles.Embedding, "map") is not { } path)
            return null;
        try
        {
            return run.Features.Stored(path, rows);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or ArgumentOutOfRangeException)
        {
            missing.Add("map", $"The embedding of stage '{stage}' cannot be read: {FreeText.Line(e.Message)}");
            return null;
        }
    }
}
