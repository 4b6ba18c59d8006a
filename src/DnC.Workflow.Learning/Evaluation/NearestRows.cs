using System.Numerics;

namespace DnC.Workflow.Learning.Evaluation;

/// <summary>The rows of a table that are nearest to each of some queries by cosine, found in one pass over the table.</summary>
public sealed class NearestRows
{
    private readonly int _width;
    private readonly int _count;
    private readonly float[][] _queries;
    private readonly PriorityQueue<Neighbour, (float, long)>[] _nearest;
    private long _rows;

    /// <param name="queries">Rows of <paramref name="width"/> values, one after the other.</param>
    /// <param name="width">Length of a row.</param>
    /// <param name="count">Neighbours of each query.</param>
    public NearestRows(ReadOnlySpan<float> queries, int width, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        (_width, _count) = (width, count);
        _queries = new float[queries.Length / width][];
        _nearest = new PriorityQueue<Neighbour, (float, long)>[_queries.Length];
        for (var q = 0; q < _queries.Length; q++)
        {
            var query = queries.Slice(q * width, width).ToArray();
            var norm = MathF.Sqrt(Product(query, query));
            _queries[q] = Array.ConvertAll(query, v => norm > 0 ? v / norm : 0);
            _nearest[q] = new PriorityQueue<Neighbour, (float, long)>(count + 1);
        }
    }

    /// <summary>Looks at more rows of the table.</summary>
    /// <param name="ids">By row.</param>
    /// <param name="values">Rows, one after the other.</param>
    public void Add(IReadOnlyList<string> ids, ReadOnlySpan<float> values)
    {
        ArgumentNullException.ThrowIfNull(ids);
        if (values.Length != (long)ids.Count * _width)
            throw new ArgumentException($"{values.Length} values for {ids.Count} rows of {_width}", nameof(values));
        for (var row = 0; row < ids.Count; row++, _rows++)
        {
            var features = values.Slice(row * _width, _width);
            var norm = MathF.Sqrt(Product(features, features));
            for (var q = 0; q < _queries.Length; q++)
            {
                // A row of zeros has no direction: as far as a right angle.
                var cosine = norm > 0 ? Product(features, _queries[q]) / norm : 0;
                Offer(_nearest[q], new Neighbour(ids[row], cosine));
            }
        }
    }

    /// <summary>By query: its neighbours, the nearest first, of equals the earlier row.</summary>
    public IReadOnlyList<IReadOnlyList<Neighbour>> Found => [.. _nearest.Select(n => (IReadOnlyList<Neighbour>)[.. n.UnorderedItems.OrderByDescending(i => i.Priority).Select(i => i.Element)])];

    // The root is the one to go first: the least similar, of equals the later row.
    private void Offer(PriorityQueue<Neighbour, (float, long)> nearest, Neighbour neighbour)
    {
        nearest.Enqueue(neighbour, (neighbour.Similarity, -_rows));
        if (nearest.Count > _count)
            nearest.Dequeue();
    }

    private static float Product(ReadOnlySpan<float> first, ReadOnlySpan<float> second)
    {
        var (sum, i) = (Vector<float>.Zero, 0);
        for (; i <= first.Length - Vector<float>.Count; i += Vector<float>.Count)
            sum += new Vector<float>(first[i..]) * new Vector<float>(second[i..]);
        var product = Vector.Sum(sum);
        for (; i < first.Length; i++)
            product += first[i] * second[i];
        return product;
    }
}

/// <summary>A row of a table, near to a query.</summary>
/// <param name="Id">The row's image.</param>
/// <param name="Similarity">Cosine, −1 to 1.</param>
public sealed record Neighbour(string Id, float Similarity);
