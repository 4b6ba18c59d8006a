namespace DnC.Workflow.Images.Loading;

/// <summary>
/// Two views of each image of a step. The arrays belong to the loader: they are valid until the enumeration moves on and are then
/// written again.
/// </summary>
public sealed class ViewBatch
{
    internal ViewBatch(int count, int side)
    {
        Count = count;
        Indices = new int[count];
        View1 = new float[checked(count * 3 * side * side)];
        View2 = new float[View1.Length];
    }

    /// <summary>Images in the batch, B.</summary>
    public int Count { get; }

    /// <summary>The step of the run, from 0.</summary>
    public long Step { get; internal set; }

    /// <summary>The epoch of the step, from 0.</summary>
    public long Epoch { get; internal set; }

    /// <summary>B indices into the set.</summary>
    public int[] Indices { get; }

    /// <summary>First views, B × 3 × side × side, normalised by ImageNet's mean and deviation.</summary>
    public float[] View1 { get; }

    /// <summary>Second views, likewise.</summary>
    public float[] View2 { get; }
}
