using DnC.Workflow.Images.Loading;

namespace DnC.Workflow.Learning.Clustering;

/// <summary>The rows of mini-batch i: drawn with replacement by (seed, i) alone, sorted so that the file is read forwards.</summary>
internal sealed class MiniBatchRows(ulong seed, int rows, int batch)
{
    public int[] Of(int iteration)
    {
        var draws = new DerivedRandom(DerivedRandom.Derive(DerivedRandom.Derive(seed, Purpose), (ulong)iteration));
        var chosen = new int[batch];
        for (var i = 0; i < batch; i++)
            chosen[i] = draws.Below(rows);
        Array.Sort(chosen);
        return chosen;
    }

    private static readonly ulong Purpose = DerivedRandom.HashOf("mini-batch");
}
