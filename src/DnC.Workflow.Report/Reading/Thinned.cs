namespace DnC.Workflow.Report.Reading;

/// <summary>Items of a stream of unknown length, evenly spaced, in bounded memory. The same stream leaves the same items.</summary>
/// <param name="most">How many are kept at most, from 1.</param>
internal sealed class Thinned<T>(int most)
{
    private readonly List<T> _kept = [];
    private long _seen;
    private long _stride = 1;

    /// <summary>How many were looked at.</summary>
    public long Seen => _seen;

    /// <summary>Whether the next item would be kept: spares making one that is not.</summary>
    public bool WantsNext => _seen % _stride == 0;

    /// <summary>Passes over an item that is not wanted.</summary>
    public void Skip() => _seen++;

    /// <summary>Takes the next item, or passes it over.</summary>
    public void Add(T item)
    {
        if (!WantsNext)
        {
            _seen++;
            return;
        }

        _kept.Add(item);
        _seen++;
        if (_kept.Count < 2 * most)
            return;
        for (var i = 0; i < most; i++)
            _kept[i] = _kept[2 * i];
        _kept.RemoveRange(most, _kept.Count - most);
        _stride *= 2;
    }

    /// <summary>The items, in the stream's order.</summary>
    public IReadOnlyList<T> Items => Evenly(_kept, most);

    /// <summary>So many items of a list, evenly spaced.</summary>
    public static IReadOnlyList<T> Evenly(IReadOnlyList<T> all, int count) =>
        all.Count <= count ? [.. all] : [.. Enumerable.Range(0, count).Select(i => all[(int)((long)i * all.Count / count)])];
}
