using System.Text.Json;
using DnC.Workflow.Report.Facts;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Report.Reading;

/// <summary>A round's clusters: sizes, classes, and examples from the centre outwards.</summary>
internal sealed class DivisionReader(RunReading run, ArtifactFiles files, TrainingImages? images, PictureAlbum album)
{
    /// <summary>Pictures of all clusters together, of one, and classes that are named. [ours]</summary>
    private const int AllPictures = 900;
    private const int MostPictures = 12;
    private const int FewestPictures = 3;
    private const int MostClasses = 3;

    /// <summary>Reads a round.</summary>
    /// <param name="round">From 1.</param>
    /// <param name="rounds">How many there are.</param>
    /// <param name="asked">The number of clusters that was asked for.</param>
    /// <param name="suffix">Of the round's stages.</param>
    /// <param name="sample">Embedded images of the round, whose clusters are filled in; or null.</param>
    public DivisionFacts? Read(int round, int rounds, int asked, string suffix, EmbeddedSample? sample)
    {
        var name = "cluster" + suffix;
        if (run.View.Stages.FirstOrDefault(s => s.Node.Name == name) is not { } stage || !stage.State.IsSatisfied() || Sizes(stage) is not { Count: > 0 } sizes)
            return null;
        var shown = Math.Clamp(AllPictures / rounds / sizes.Count, FewestPictures, MostPictures);
        var members = Members(name, sizes.Count, shown, sample);
        return new DivisionFacts(round, asked, [.. sizes.Select((size, c) => Cluster(c, size, shown, members[c], sample))]);
    }

    private ClusterFacts Cluster(int number, long size, int shown, IReadOnlyList<ImageRow> members, EmbeddedSample? sample)
    {
        var own = sample is null ? [] : Enumerable.Range(0, sample.Images.Count).Where(i => sample.Clusters[i] == number).ToList();
        var classes = own.Select(i => images?.ClassOf(sample!.Sources[i])).OfType<string>().ToList();
        var shares = classes.GroupBy(c => c, StringComparer.Ordinal).OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal)
            .Take(MostClasses).Select(g => new ClassShare(g.Key, (double)g.Count() / classes.Count));
        return new ClusterFacts(number, size, classes.Count, [.. shares], Pictures(shown, members, own, sample));
    }

    private IReadOnlyList<int> Pictures(int shown, IReadOnlyList<ImageRow> members, List<int> own, EmbeddedSample? sample)
    {
        if (sample is not null && own.Count > 0 && own.Count >= Math.Min(shown, members.Count))
        {
            var ordered = sample.Features is { } features ? FromTheCentre(own, features) : own;
            return [.. Thinned<int>.Evenly(ordered, shown).Select(i => album.Add(sample.Images[i].Id, sample.Sources[i]))];
        }

        var sources = images?.Find(members);
        return [.. members.Select((m, i) => album.Add(m.Id, sources?[i] ?? -1))];
    }

    private static List<int> FromTheCentre(List<int> own, IReadOnlyList<float[]> features)
    {
        var centre = new double[features[own[0]].Length];
        foreach (var row in own.Select(i => features[i]))
        {
            var norm = Math.Sqrt(row.Sum(v => (double)v * v));
            for (var d = 0; d < centre.Length && norm > 0; d++)
                centre[d] += row[d] / norm;
        }

        return [.. own.OrderByDescending(i => Cosine(features[i], centre)).ThenBy(i => i)];
    }

    private static double Cosine(float[] row, double[] direction)
    {
        var (product, norm) = (0.0, 0.0);
        for (var d = 0; d < row.Length; d++)
        {
            product += row[d] * direction[d];
            norm += (double)row[d] * row[d];
        }

        return norm > 0 ? product / Math.Sqrt(norm) : -1;
    }

    /// <summary>By cluster a few of its images, evenly drawn; the sample's clusters are filled in on the way.</summary>
    private IReadOnlyList<IReadOnlyList<ImageRow>> Members(string stage, int count, int shown, EmbeddedSample? sample)
    {
        var drawn = Enumerable.Range(0, count).Select(_ => new Thinned<ImageRow>(shown)).ToList();
        if (files.Open(stage, StageFiles.Assignments, "clusters") is not { } path)
            return [.. drawn.Select(d => d.Items)];
        var places = (sample?.Images ?? []).Select((image, i) => (image.Id, i)).ToDictionary(p => p.Id, p => p.i, StringComparer.Ordinal);
        var lookup = places.GetAlternateLookup<ReadOnlySpan<char>>();
        ImageList.Assigned(path, (id, stamp, cluster) =>
        {
            if (cluster >= count)
                return;
            if (lookup.TryGetValue(id, out var at))
                sample!.Clusters[at] = cluster;
            if (drawn[cluster].WantsNext)
                drawn[cluster].Add(new ImageRow(id.ToString(), stamp.ToString()));
            else
                drawn[cluster].Skip();
        });
        return [.. drawn.Select(d => d.Items)];
    }

    private static IReadOnlyList<long>? Sizes(StageView stage) =>
        stage.Metrics is { ValueKind: JsonValueKind.Object } metrics && metrics.TryGetProperty("sizes", out var sizes) && sizes.ValueKind == JsonValueKind.Array
            ? [.. sizes.EnumerateArray().Select(s => s.GetInt64())]
            : null;
}
