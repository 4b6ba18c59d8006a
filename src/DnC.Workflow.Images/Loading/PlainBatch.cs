namespace DnC.Workflow.Images.Loading;

/// <summary>
/// Un-augmented images in the set's order. The arrays belong to the loader: they are valid until the enumeration moves on.
/// </summary>
public sealed class PlainBatch
{
    internal PlainBatch(int capacity, int side)
    {
        Indices = new int[capacity];
        Data = new float[checked(capacity * 3 * side * side)];
    }

    /// <summary>Images in the batch: fewer than asked for at the end of the set and where images are bad.</summary>
    public int Count { get; internal set; }

    /// <summary>Indices into the set; the first <see cref="Count"/> are meant.</summary>
    public int[] Indices { get; }

    /// <summary>Images, 3 × side × side each, normalised by ImageNet's mean and deviation; the first <see cref="Count"/> are meant.</summary>
    public float[] Data { get; }
}
