namespace DnC.Workflow.Stages.Figures;

/// <summary>What the writer of an unknown name may have meant.</summary>
public static class NearName
{
    /// <summary>Letters that a name may differ in and still be meant.</summary>
    private const int Most = 3;

    /// <summary>The name that is nearest to an unknown one, or null where none is near.</summary>
    /// <param name="name">What was written.</param>
    /// <param name="names">Those there are.</param>
    /// <param name="most">Letters to add, drop or change at most.</param>
    public static string? Of(string name, IEnumerable<string> names, int most = Most)
    {
        ArgumentNullException.ThrowIfNull(name);
        return names.Select(n => (Name: n, Distance: Distance(name, n))).Where(n => n.Distance <= most).OrderBy(n => n.Distance).FirstOrDefault().Name;
    }

    // Levenshtein's.
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var (diagonal, _) = (row[0], row[0] = i);
            for (var j = 1; j <= b.Length; j++)
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)));
        }

        return row[^1];
    }
}
