using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Clustering;

/// <summary>Streams rows of a <see cref="FeatureMatrix"/> through a device, a block at a time, in a fixed order.</summary>
internal sealed class RowBlocks
{
    // On the CPU a block should stay in the caches between the two products that read it; a GPU wants large copies.
    private const long CpuBytes = 4 << 20;
    private const long DeviceBytes = 64 << 20;
    private readonly FeatureMatrix _matrix;
    private readonly int[]? _rows;
    private readonly int _blockRows;

    /// <param name="matrix">Where the rows lie.</param>
    /// <param name="device">Where the blocks go.</param>
    /// <param name="rows">Which rows, in this order; all of them if null.</param>
    /// <param name="maxBlockRows">Rows of a block, at most.</param>
    public RowBlocks(FeatureMatrix matrix, Device device, int[]? rows = null, int maxBlockRows = int.MaxValue)
    {
        (_matrix, Device, _rows) = (matrix, device, rows);
        var bytes = device.type == DeviceType.CPU ? CpuBytes : DeviceBytes;
        var fitting = Math.Max(16, bytes / ((long)matrix.Columns * sizeof(float)));
        _blockRows = (int)Math.Min(fitting, Math.Min(maxBlockRows, Math.Max(1, Count)));
    }

    /// <summary>Rows in all.</summary>
    public int Count => _rows?.Length ?? _matrix.Rows;

    public Device Device { get; }

    public FeatureMatrix Matrix => _matrix;

    /// <summary>The row of the matrix that stands at a position of this stream.</summary>
    public int RowAt(int position) => _rows?[position] ?? position;

    /// <summary>The rows of the matrix at some positions of this stream.</summary>
    public int[] RowsAt(int[] positions) => _rows is null ? positions : Array.ConvertAll(positions, p => _rows[p]);

    /// <summary>
    /// Calls with (position of the first row, block n × d on the device). The block is valid during the call alone, and every tensor made
    /// in the call is freed after it.
    /// </summary>
    public void ForEach(Action<int, Tensor> body)
    {
        using var noGrad = no_grad();
        using var staging = empty(_blockRows, _matrix.Columns, _matrix.Element == FeatureElement.Float16 ? ScalarType.Float16 : ScalarType.Float32);
        for (var first = 0; first < Count; first += _blockRows)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(_blockRows, Count - first);
            if (_matrix.Element == FeatureElement.Float16)
                CopyHalves(first, count, MemoryMarshal.Cast<byte, Half>(staging.bytes));
            else if (_rows is null)
                _matrix.Block(first, count).CopyTo(MemoryMarshal.Cast<byte, float>(staging.bytes));
            else
                _matrix.CopyRows(_rows.AsSpan(first, count), MemoryMarshal.Cast<byte, float>(staging.bytes));
            body(first, staging.narrow(0, 0, count).to(Device).to(ScalarType.Float32));
        }
    }

    // Half the bytes go to the device, and are widened there.
    private void CopyHalves(int first, int count, Span<Half> into)
    {
        if (_rows is null)
        {
            _matrix.Halves(first, count).CopyTo(into);
            return;
        }

        for (var i = 0; i < count; i++)
            _matrix.Halves(_rows[first + i], 1).CopyTo(into[(i * _matrix.Columns)..]);
    }
}
