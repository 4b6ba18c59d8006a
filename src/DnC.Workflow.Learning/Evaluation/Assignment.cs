namespace DnC.Workflow.Learning.Evaluation;

/// <summary>The assignment problem by shortest augmenting paths (Kuhn 1955, Munkres 1957; the O(n²m) form of Jonker and Volgenant 1987).</summary>
internal static class Assignment
{
    /// <summary>By row: the column it gets, each column once, so that the sum of gains is largest; −1 where there are more rows than columns.</summary>
    public static int[] Best(int[][] gains)
    {
        var (rows, columns) = (gains.Length, gains.Length == 0 ? 0 : gains[0].Length);
        if (rows <= columns)
            return Match(rows, columns, (r, c) => -gains[r][c]);
        var result = new int[rows];
        Array.Fill(result, -1);
        foreach (var (row, column) in Match(columns, rows, (c, r) => -gains[r][c]).Select((r, c) => (r, c)))
            result[row] = column;
        return result;
    }

    /// <summary>Least cost, rows ≤ columns. Index 0 of the arrays stands for 'none'; potentials keep all reduced costs at 0 or more.</summary>
    private static int[] Match(int rows, int columns, Func<int, int, long> cost)
    {
        var (ofRow, ofColumn) = (new long[rows + 1], new long[columns + 1]);
        var (rowOf, previous) = (new int[columns + 1], new int[columns + 1]);
        for (var row = 1; row <= rows; row++)
        {
            var slack = new long[columns + 1];
            Array.Fill(slack, long.MaxValue);
            var visited = new bool[columns + 1];
            rowOf[0] = row;
            var column = 0;
            while (rowOf[column] != 0)
            {
                visited[column] = true;
                var (delta, next) = (long.MaxValue, 0);
                for (var c = 1; c <= columns; c++)
                {
                    if (visited[c])
                        continue;
                    var reduced = cost(rowOf[column] - 1, c - 1) - ofRow[rowOf[column]] - ofColumn[c];
                    if (reduced < slack[c])
                        (slack[c], previous[c]) = (reduced, column);
                    if (slack[c] < delta)
                        (delta, next) = (slack[c], c);
                }
                for (var c = 0; c <= columns; c++)
                {
                    if (visited[c])
                        (ofRow[rowOf[c]], ofColumn[c]) = (ofRow[rowOf[c]] + delta, ofColumn[c] - delta);
                    else if (c > 0)
                        slack[c] -= delta;
                }
                column = next;
            }
            for (; column != 0; column = previous[column])
                rowOf[column] = rowOf[previous[column]];
        }
        var result = new int[rows];
        for (var c = 1; c <= columns; c++)
        {
            if (rowOf[c] > 0)
                result[rowOf[c] - 1] = c - 1;
        }
        return result;
    }
}
