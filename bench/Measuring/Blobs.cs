using System.Runtime.InteropServices;
using DnC.Workflow.Learning.Clustering;
using static TorchSharp.torch;

namespace DnC.Workflow.Bench.Measuring;

/// <summary>Features with classes: rows scattered about as many centres, in a file of their own that ends with this.</summary>
internal sealed class Blobs : IDisposable
{
    private const int Block = 4096;
    private readonly FileInfo _file;

    /// <param name="rows">N.</param>
    /// <param name="columns">d.</param>
    /// <param name="classes">Centres; a row's class is its number modulo these.</param>
    /// <param name="spread">Deviation of the centres; that of the rows about them is 1.</param>
    /// <param name="seed">Of the rows; the centres are the same for all.</param>
    public Blobs(int rows, int columns, int classes, double spread, long seed)
    {
        _file = new FileInfo(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()));
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var centres = randn(classes, columns, generator: new Generator(1)).mul(spread);
        using var generator = new Generator((ulong)seed + 1);
        using (var writer = FeatureMatrixWriter.Create(_file.FullName, columns))
        {
            for (var first = 0; first < rows; first += Block)
            {
                using var inner = NewDisposeScope();
                var count = Math.Min(Block, rows - first);
                var own = arange(first, first + count).remainder(classes);
                writer.Append(MemoryMarshal.Cast<byte, float>(randn(count, columns, generator: generator).add(centres.index_select(0, own)).bytes));
            }

            writer.Complete();
        }

        Matrix = FeatureMatrix.Open(_file.FullName);
        Labels = [.. Enumerable.Range(0, rows).Select(r => r % classes)];
    }

    /// <summary>(N, d).</summary>
    public FeatureMatrix Matrix { get; }

    /// <summary>By row: its class.</summary>
    public int[] Labels { get; }

    /// <summary>For a peer: where the rows lie.</summary>
    public object ForPeer => new { path = _file.FullName, offset = FeatureMatrixHeader.Size, rows = Matrix.Rows, columns = Matrix.Columns, classes = Labels.Max() + 1 };

    /// <summary>Rows that stand far apart in the file, as centroids.</summary>
    public Centroids Rows(int count)
    {
        var values = new float[count * Matrix.Columns];
        for (var k = 0; k < count; k++)
            Matrix.Row((int)((long)k * Matrix.Rows / count)).CopyTo(values.AsSpan(k * Matrix.Columns));
        return new Centroids(values, Matrix.Columns);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Matrix.Dispose();
        _file.Delete();
    }
}
