using DnC.Workflow.Report.Facts;
using DnC.Workflow.Report.Layout;

namespace DnC.Workflow.Report.Reading;

/// <summary>Embedded images on a plane: as clustering saw them, and as the distilled model sees them.</summary>
internal static class MapReader
{
    /// <summary>Classes with a colour of their own; the others share one. [ours]</summary>
    private const int MostClasses = 200;

    public static MapFacts? Read(EmbeddedSample points, PooledFeatures? pooled, TrainingImages? images, PictureAlbum album)
    {
        if (points.Features is not { } features || points.Images.Count < 2)
            return null;
        var finite = Enumerable.Range(0, features.Count).Where(i => features[i].All(float.IsFinite)).ToList();
        if (finite.Count < 2)
            return null;
        var before = NeighbourMap.Of([.. finite.Select(i => features[i])]);
        var layouts = new List<LayoutFacts> { Layout("base", "the base's embedding, which was clustered", before, finite, features.Count) };
        if (After(points, pooled, finite, before) is { } after)
            layouts.Add(after);

        var classes = points.Sources.Select(s => images?.ClassOf(s)).ToList();
        var names = classes.OfType<string>().GroupBy(c => c, StringComparer.Ordinal).OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal).Select(g => g.Key).Take(MostClasses).ToList();
        return new MapFacts(
            points.Of,
            [.. points.Images.Select((image, i) => album.Add(image.Id, points.Sources[i]))],
            points.Clusters,
            names.Count == 0 ? null : [.. classes.Select(c => c is null ? -1 : names.IndexOf(c))],
            names,
            layouts);
    }

    // Turned towards the other layout, so that a point's way from one to the other says something.
    private static LayoutFacts? After(EmbeddedSample points, PooledFeatures? pooled, List<int> finite, float[] before)
    {
        if (pooled?.Dnc is not { } features)
            return null;
        var place = points.Images.Select((image, i) => (image.Id, i)).ToDictionary(p => p.Id, p => p.i, StringComparer.Ordinal);
        var places = pooled.Sample.Images.Select(image => place[image.Id]).ToList();
        var drawn = NeighbourMap.Of([.. features]);
        var at = finite.Select((point, i) => (point, i)).ToDictionary(p => p.point, p => p.i);
        var known = Enumerable.Range(0, places.Count).Where(i => at.ContainsKey(places[i])).ToList();
        if (known.Count == places.Count)
            drawn = Plane.Aligned(drawn, [.. places.SelectMany(p => new[] { before[2 * at[p]], before[(2 * at[p]) + 1] })]);
        return Layout("dnc", "the distilled model's pooled features", drawn, places, points.Images.Count);
    }

    private static LayoutFacts Layout(string model, string features, float[] points, List<int> places, int count)
    {
        var square = Plane.InUnitSquare(points);
        var (x, y) = (new double?[count], new double?[count]);
        foreach (var (i, place) in places.Index())
            (x[place], y[place]) = (Math.Round(square[i].X, 4), Math.Round(square[i].Y, 4));
        return new LayoutFacts(model, features, x, y);
    }
}
