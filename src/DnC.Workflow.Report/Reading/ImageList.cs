using System.Globalization;

namespace DnC.Workflow.Report.Reading;

/// <summary>Reads the lists of images that stages hand on: lines of id, stamp and, in some, a cluster's number, between tabs.</summary>
internal static class ImageList
{
    /// <summary>Evenly spaced lines with their numbers from 0, and how many there are.</summary>
    public static (IReadOnlyList<(int Row, ImageRow Image)> Rows, long Of) Sample(string path, int most)
    {
        var kept = new Thinned<(int, ImageRow)>(most);
        foreach (var line in File.ReadLines(path))
        {
            if (!kept.WantsNext || Split(line) is not { } parts)
                kept.Skip();
            else
                kept.Add(((int)kept.Seen, new ImageRow(parts.Id, parts.Stamp)));
        }

        return (kept.Items, kept.Seen);
    }

    /// <summary>Goes through a list with clusters' numbers.</summary>
    /// <param name="path">The list.</param>
    /// <param name="look">Told of each image's id, stamp and cluster.</param>
    public static void Assigned(string path, Action<ReadOnlySpan<char>, ReadOnlySpan<char>, int> look)
    {
        foreach (var line in File.ReadLines(path))
        {
            var text = line.AsSpan();
            var last = text.LastIndexOf('\t');
            var first = text.IndexOf('\t');
            if (first > 0 && last > first && int.TryParse(text[(last + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var cluster))
                look(text[..first], text[(first + 1)..last], cluster);
        }
    }

    private static (string Id, string Stamp)? Split(string line) => line.Split('\t') is [var id, var stamp, ..] ? (id, stamp) : null;
}
