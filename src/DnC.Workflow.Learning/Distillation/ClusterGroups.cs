using DnC.Workflow.Learning.Native;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Distillation;

/// <summary>The images of one cluster within a batch: <see cref="Count"/> places of <see cref="ClusterGroups.Order"/> from <see cref="Start"/> on.</summary>
public readonly record struct ClusterGroup(int Cluster, int Start, int Count);

/// <summary>
/// A batch sorted by cluster, so that each expert's teacher and regressor sees its own images and no others: the work is that of one
/// expert an image, whatever K.
/// </summary>
public sealed class ClusterGroups
{
    private ClusterGroups(int[] order, IReadOnlyList<ClusterGroup> groups) => (Order, Groups) = (order, groups);

    /// <summary>Places in the batch, by cluster and then as they came.</summary>
    public int[] Order { get; }

    /// <summary>The clusters that the batch has, by rising number.</summary>
    public IReadOnlyList<ClusterGroup> Groups { get; }

    /// <summary>Images in the batch.</summary>
    public int Count => Order.Length;

    /// <param name="clusters">By place in the batch: the image's cluster.</param>
    public static ClusterGroups Of(ReadOnlySpan<int> clusters)
    {
        var keys = clusters.ToArray();
        // OrderBy is stable.
        var order = Enumerable.Range(0, keys.Length).OrderBy(i => keys[i]).ToArray();
        var groups = new List<ClusterGroup>();
        for (var start = 0; start < order.Length;)
        {
            var end = start + 1;
            while (end < order.Length && keys[order[end]] == keys[order[start]])
                end++;
            groups.Add(new ClusterGroup(keys[order[start]], start, end - start));
            start = end;
        }
        return new ClusterGroups(order, groups);
    }

    /// <summary>(B, …) in the batch's order → the same rows in <see cref="Order"/>.</summary>
    public Tensor Sort(Tensor rows) => rows.index_select(0, HostTensor.Of(Array.ConvertAll(Order, o => (long)o)).to(rows.device));
}
