using System.Globalization;
using DnC.Workflow.Images.Formats;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Learning.Phases;

/// <summary>
/// Lists of images that stages hand on: a line each, id and stamp (and a cluster's number) between tabs, sorted by id. The stamp says which
/// bytes were meant, so an expert's key needs no fingerprint of the whole set.
/// </summary>
internal static class MemberList
{
    /// <summary>Writes a list without numbers.</summary>
    public static void Write(string path, IImageSource source, IEnumerable<int> members) =>
        Lines(path, members.Select(i => (source.Id(i), source.Stamp(i), (int?)null)));

    /// <summary>Writes a list with numbers.</summary>
    public static void Write(string path, IImageSource source, IEnumerable<(int Image, int Cluster)> members) =>
        Lines(path, members.Select(m => (source.Id(m.Image), source.Stamp(m.Image), (int?)m.Cluster)));

    /// <summary>Writes a list whose lines stand for the rows of a matrix: in the order given, not sorted.</summary>
    public static void WriteRows(string path, IImageSource source, IEnumerable<int> rows) =>
        File.WriteAllLines(path, rows.Select(i => $"{source.Id(i)}\t{source.Stamp(i)}"));

    /// <summary>The images of a list in its order, as indices into the source, with their numbers (0 where the list has none).</summary>
    /// <exception cref="StageFailure">An image is gone from the data or has changed since the list was made.</exception>
    public static (int[] Images, int[] Clusters) Read(string path, IImageSource source)
    {
        var index = new Dictionary<string, int>(source.Count, StringComparer.Ordinal);
        for (var i = 0; i < source.Count; i++)
            index[source.Id(i)] = i;
        var (images, clusters) = (new List<int>(), new List<int>());
        foreach (var line in File.ReadLines(path))
        {
            var parts = line.Split('\t');
            if (!index.TryGetValue(parts[0], out var image) || source.Stamp(image) != parts[1])
            {
                throw new StageFailure(
                    $"Image '{parts[0]}' {(index.ContainsKey(parts[0]) ? "has changed" : "is gone")} since it was clustered ({source.Describe()}). Put the data back, or start a new run on what there is now: dnc run --new.",
                    retryable: false);
            }

            images.Add(image);
            clusters.Add(parts.Length > 2 ? int.Parse(parts[2], CultureInfo.InvariantCulture) : 0);
        }

        return ([.. images], [.. clusters]);
    }

    private static void Lines(string path, IEnumerable<(string Id, string Stamp, int? Cluster)> members) => File.WriteAllLines(
        path,
        members.OrderBy(m => m.Id, StringComparer.Ordinal)
            .Select(m => m.Cluster is { } c ? string.Create(CultureInfo.InvariantCulture, $"{m.Id}\t{m.Stamp}\t{c}") : $"{m.Id}\t{m.Stamp}"));
}
