using DnC.Workflow.Report.Facts;
using DnC.Workflow.Report.Layout;

namespace DnC.Workflow.Report.Reading;

/// <summary>Nearest images of a few, under the base and under the distilled model.</summary>
internal static class NeighbourReader
{
    /// <summary>Neighbours that are counted, images and neighbours that are shown. [ours]</summary>
    private const int K = 10;
    private const int Queries = 8;
    private const int Shown = 6;

    /// <summary>By the models' pooled features; without them by the stored embedding alone.</summary>
    public static NeighbourFacts? Read(EmbeddedSample points, PooledFeatures? pooled, TrainingImages? images, PictureAlbum album)
    {
        var sample = pooled?.Sample ?? points;
        var models = new List<(string Name, IReadOnlyList<float[]> Features)>();
        if (pooled is not null)
            models.Add(("base", pooled.Base));
        else if (points.Features is { } stored && stored.All(row => row.All(float.IsFinite)))
            models.Add(("base", stored));
        if (pooled?.Dnc is { } dnc)
            models.Add(("dnc", dnc));
        var k = Math.Min(K, sample.Images.Count - 1);
        if (models.Count == 0 || k < 1)
            return null;

        var nearest = models.Select(m => (m.Name, Of: Nearest(m.Features, k))).ToList();
        var classes = sample.Sources.Select(s => images?.ClassOf(s)).ToArray();
        return new NeighbourFacts(
            sample.Images.Count,
            k,
            pooled is null ? "the base's embedding" : "pooled features",
            nearest.Count < 2 ? null : Enumerable.Range(0, sample.Images.Count).Average(i => (double)nearest[0].Of[i].Select(n => n.Image).Intersect(nearest[1].Of[i].Select(n => n.Image)).Count() / k),
            classes.All(c => c is not null)
                ? nearest.ToDictionary(m => m.Name, m => Enumerable.Range(0, classes.Length).Average(i => (double)m.Of[i].Count(n => classes[n.Image] == classes[i]) / k), StringComparer.Ordinal)
                : new Dictionary<string, double>(StringComparer.Ordinal),
            [
                .. Chosen(sample).Select(q => new QueryFacts(Picture(q), [
                    .. nearest.Select(m => new FoundFacts(m.Name, [.. m.Of[q].Take(Shown).Select(n => new NeighbourPicture(Picture(n.Image), Math.Round(n.Cosine, 4)))])),
                ])),
            ]);

        int Picture(int i) => album.Add(sample.Images[i].Id, sample.Sources[i]);
    }

    // The middle one of each of the largest clusters, in the data's order: chosen before any model has seen it.
    private static IEnumerable<int> Chosen(EmbeddedSample sample)
    {
        var byCluster = Enumerable.Range(0, sample.Images.Count).GroupBy(i => sample.Clusters[i]).OrderByDescending(g => g.Count()).ThenBy(g => g.Key).Select(g => g.ToList()).ToList();
        var each = (Queries + byCluster.Count - 1) / byCluster.Count;
        return byCluster.SelectMany(members => Thinned<int>.Evenly(members, 2 * each).Where((_, i) => i % 2 == 1 || members.Count == 1)).Take(Queries);
    }

    private static (int Image, double Cosine)[][] Nearest(IReadOnlyList<float[]> features, int k)
    {
        var units = features.Select(Vectors.Unit).ToArray();
        var nearest = new (int, double)[units.Length][];
        Parallel.For(0, units.Length, i =>
        {
            var others = Enumerable.Range(0, units.Length).Where(j => j != i).ToArray();
            var cosines = Array.ConvertAll(others, j => -(double)Vectors.Dot(units[i], units[j]));
            // Of equals the one that stands first: the keys are sorted with their places.
            var keys = cosines.Select((cosine, at) => (cosine, at)).ToArray();
            Array.Sort(keys, others);
            nearest[i] = [.. others.Take(k).Select((j, at) => (j, -keys[at].cosine))];
        });
        return nearest;
    }
}
