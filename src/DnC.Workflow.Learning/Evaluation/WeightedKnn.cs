using DnC.Workflow.Learning.Clustering;
using DnC.Workflow.Learning.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Evaluation;

/// <summary>
/// Nearest neighbours by cosine, their votes weighted by exp(s/T), as in Wu et al. 2018 [ours: the paper has no k-NN]. Products in
/// blocks; neither the matrices nor their product need fit.
/// </summary>
public static class WeightedKnn
{
    // With the bank's blocks of at most 16,384 rows: 64 MiB of similarities.
    private const int QueryRows = 1024;
    private const int BankRows = 16_384;

    /// <summary>The class with the most weight for each query; of equals the lowest.</summary>
    /// <param name="bank">Labelled features (N, d).</param>
    /// <param name="labels">By row of the bank: its class, 0 or more.</param>
    /// <param name="queries">Features (M, d) to classify.</param>
    /// <param name="neighbours">k [ours: 10]; all of the bank if that has fewer.</param>
    /// <param name="temperature">T [ours: 0.07].</param>
    /// <param name="device">Where the products run.</param>
    /// <exception cref="InvalidDataException">A row that holds NaN or infinity; names it.</exception>
    public static int[] Predict(
        FeatureMatrix bank, IReadOnlyList<int> labels, FeatureMatrix queries, int neighbours, double temperature, Device device)
    {
        ArgumentNullException.ThrowIfNull(bank);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(queries);
        ArgumentOutOfRangeException.ThrowIfLessThan(neighbours, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(temperature);
        if (bank.Rows != labels.Count || bank.Rows == 0)
            throw new ArgumentException($"{labels.Count} labels for the {bank.Rows} rows of {bank.Path}", nameof(labels));
        if (bank.Columns != queries.Columns)
            throw new ArgumentException($"{queries.Path} has {queries.Columns} columns, {bank.Path} has {bank.Columns}", nameof(queries));
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var inverseBank = HostTensor.Of(RowNorms.Inverse(bank)).to(device);
        var inverseQueries = RowNorms.Inverse(queries);
        var blocks = new RowBlocks(bank, device, maxBlockRows: BankRows);
        var predicted = new int[queries.Rows];
        new RowBlocks(queries, device, maxBlockRows: QueryRows).ForEach((first, block) =>
        {
            var (products, rows) = Nearest(block, blocks, inverseBank, Math.Min(neighbours, bank.Rows));
            Vote(products, rows, inverseQueries.AsSpan(first, (int)block.shape[0]), labels, temperature, predicted.AsSpan(first));
        });
        return predicted;
    }

    /// <summary>(m, k) largest products of the queries with the bank's unit rows, and those rows.</summary>
    private static (float[] Products, long[] Rows) Nearest(Tensor queries, RowBlocks bank, Tensor inverseBank, int k)
    {
        using var scope = NewDisposeScope();
        Tensor? products = null, rows = null;
        bank.ForEach((first, block) =>
        {
            var count = block.shape[0];
            var (best, index) = (queries.mm(block.t()) * inverseBank.narrow(0, first, count)).topk((int)Math.Min(k, count), 1);
            using Scalar offset = first;
            index = index.add(offset, Scalars.One);
            if (products is not null)
            {
                (best, index) = (cat([products, best], 1), cat([rows!, index], 1));
                var (merged, place) = best.topk((int)Math.Min(k, best.shape[1]), 1);
                (best, index) = (merged, index.gather(1, place));
                products.Dispose();
                rows!.Dispose();
            }
            (products, rows) = (best.MoveToOuterDisposeScope(), index.MoveToOuterDisposeScope());
        });
        return (products!.cpu().contiguous().data<float>().ToArray(), rows!.cpu().contiguous().data<long>().ToArray());
    }

    private static void Vote(float[] products, long[] rows, ReadOnlySpan<float> inverse, IReadOnlyList<int> labels, double temperature, Span<int> predicted)
    {
        var k = products.Length / inverse.Length;
        for (var query = 0; query < inverse.Length; query++)
        {
            var votes = new SortedDictionary<int, double>();
            var nearest = products[query * k];
            for (var i = query * k; i < (query + 1) * k; i++)
            {
                // Relative to the nearest: the exponent is never positive, so no temperature overflows.
                var weight = Math.Exp(((double)products[i] - nearest) * inverse[query] / temperature);
                var label = labels[(int)rows[i]];
                votes[label] = votes.GetValueOrDefault(label) + weight;
            }
            predicted[query] = votes.MaxBy(vote => vote.Value).Key;
        }
    }
}
