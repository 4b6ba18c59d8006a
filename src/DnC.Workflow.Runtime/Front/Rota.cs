namespace DnC.Workflow.Runtime.Front;

/// <summary>Takes so many of a changing set at a time, and each of them in its turn, however many there are and whichever come and go meanwhile.</summary>
/// <param name="most">How many at a time.</param>
public sealed class Rota(int most)
{
    private readonly Lock _lock = new();
    private string _last = "";

    /// <summary>Whose turn it is.</summary>
    /// <param name="all">All there are, in any order.</param>
    public IReadOnlyList<string> Next(IEnumerable<string> all)
    {
        var sorted = all.Order(StringComparer.Ordinal).ToList();
        lock (_lock)
        {
            var begin = sorted.FindIndex(id => string.CompareOrdinal(id, _last) > 0);
            string[] turn = begin < 0 ? [.. sorted.Take(most)] : [.. sorted.Skip(begin).Concat(sorted.Take(begin)).Take(most)];
            _last = turn.LastOrDefault(_last);
            return turn;
        }
    }
}
