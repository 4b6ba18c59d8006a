using DnC.Workflow.Learning.Clustering;
using DnC.Workflow.Learning.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Evaluation;

/// <summary>How far two models agree on which images are alike.</summary>
public static class NeighbourAgreement
{
    /// <summary>The mean share of a row's k nearest rows by cosine, itself left out, that both matrices have in common: k/(N − 1) by chance, 1 at most.</summary>
    /// <param name="first">(N, d).</param>
    /// <param name="second">(N, e): the same images.</param>
    /// <param name="neighbours">k; all others where there are fewer.</param>
    /// <param name="device">Where the products run: N × N of them.</param>
    /// <exception cref="InvalidDataException">A row that holds NaN or infinity; names it.</exception>
    public static double Of(FeatureMatrix first, FeatureMatrix second, int neighbours, Device device)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if (first.Rows != second.Rows || first.Rows < 2)
            throw new ArgumentException($"{second.Rows} rows of {second.Path} beside {first.Rows} of {first.Path}; expected as many, and two at least", nameof(second));
        var k = Math.Min(neighbours, first.Rows - 1);
        var (ofFirst, ofSecond) = (Nearest(first, k, device), Nearest(second, k, device));
        return ofFirst.Chunk(k).Zip(ofSecond.Chunk(k), (a, b) => (double)a.Intersect(b).Count() / k).Average();
    }

    /// <summary>By row: its k nearest others.</summary>
    private static long[] Nearest(FeatureMatrix features, int k, Device device)
    {
        features.RequireFinite();
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        using Scalar never = float.NegativeInfinity;
        var rows = nn.functional.normalize(HostTensor.Of(features.Block(0, features.Rows), features.Rows, features.Columns).to(device), dim: 1);
        var products = rows.mm(rows.t());
        products.diagonal().fill_(never);
        return products.topk(k, 1).indexes.cpu().contiguous().data<long>().ToArray();
    }
}
