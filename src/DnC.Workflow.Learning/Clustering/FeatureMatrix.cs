using System.IO.MemoryMappedFiles;

namespace DnC.Workflow.Learning.Clustering;

/// <summary>
/// N × d values in a file, float32 or float16, memory-mapped for reading: features, embeddings, centroids and teachers' targets. N × d need
/// not fit into memory. Read as float32 in any case. Safe to read from several threads.
/// </summary>
/// <remarks>The file may not change while it is open: it is a sealed artifact. Spans that were handed out end with <see cref="Dispose"/>.</remarks>
public sealed unsafe class FeatureMatrix : IDisposable
{
    private readonly MemoryMappedFile? _file;
    private readonly MemoryMappedViewAccessor? _view;
    private readonly byte* _values;
    private bool _disposed;

    private FeatureMatrix(string path, FeatureMatrixHeader header)
    {
        (Path, Rows, Columns, Element) = (path, (int)header.Rows, header.Columns, header.Element);
        if (Rows == 0)
            return;
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        _view = _file.CreateViewAccessor(0, header.FileLength, MemoryMappedFileAccess.Read);
        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        _values = start + _view.PointerOffset + FeatureMatrixHeader.Size;
    }

    /// <summary>Where it lies.</summary>
    public string Path { get; }

    /// <summary>Number of rows, N.</summary>
    public int Rows { get; }

    /// <summary>Length of a row, d.</summary>
    public int Columns { get; }

    /// <summary>What its values are on the disk.</summary>
    public FeatureElement Element { get; }

    /// <summary>Opens a completed matrix.</summary>
    /// <exception cref="InvalidDataException">Another kind of file, an unfinished or a damaged one.</exception>
    /// <exception cref="FileNotFoundException">No such file.</exception>
    public static FeatureMatrix Open(string path)
    {
        using var handle = File.OpenHandle(path);
        var bytes = new byte[FeatureMatrixHeader.Size];
        var read = RandomAccess.Read(handle, bytes, 0);
        return new FeatureMatrix(path, FeatureMatrixHeader.Read(bytes.AsSpan(0, read), RandomAccess.GetLength(handle), path));
    }

    /// <summary>One row of <see cref="Columns"/> values: of a float16 matrix a copy.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No such row.</exception>
    public ReadOnlySpan<float> Row(int row) => Block(row, 1);

    /// <summary>Rows <paramref name="first"/> … <paramref name="first"/> + <paramref name="count"/> − 1, one after the other: of a float16 matrix a copy.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Rows beyond the matrix, or more than 2³¹ − 1 values at once.</exception>
    public ReadOnlySpan<float> Block(int first, int count)
    {
        Require(first, count);
        if (Element == FeatureElement.Float32)
            return count == 0 ? default : new ReadOnlySpan<float>(_values + ((long)first * Columns * sizeof(float)), count * Columns);
        var copy = new float[count * Columns];
        CopyBlock(first, count, copy);
        return copy;
    }

    /// <summary>As <see cref="Block"/>, copied.</summary>
    public void CopyBlock(int first, int count, Span<float> into)
    {
        if (Element == FeatureElement.Float32)
        {
            Block(first, count).CopyTo(into);
            return;
        }

        if (count > 0)
            HalfValues.Widen(Halves(first, count), into);
    }

    /// <summary>As <see cref="Block"/>, of a float16 matrix as it lies there.</summary>
    internal ReadOnlySpan<Half> Halves(int first, int count)
    {
        Require(first, count);
        return count == 0 ? default : new ReadOnlySpan<Half>(_values + ((long)first * Columns * sizeof(ushort)), count * Columns);
    }

    private void Require(int first, int count)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (first < 0 || count < 0 || (long)first + count > Rows)
            throw new ArgumentOutOfRangeException(nameof(first), $"rows {first} … {(long)first + count - 1} asked of {Path}, which has {Rows}");
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)count * Columns, int.MaxValue, nameof(count));
    }

    /// <summary>Copies the named rows, in that order, one after the other.</summary>
    public void CopyRows(ReadOnlySpan<int> rows, Span<float> into)
    {
        for (var i = 0; i < rows.Length; i++)
            CopyBlock(rows[i], 1, into.Slice(i * Columns, Columns));
    }

    /// <summary>Checks that every value is a finite number.</summary>
    /// <exception cref="InvalidDataException">Names the first row that holds NaN or infinity.</exception>
    public void RequireFinite()
    {
        for (var row = 0; row < Rows; row++)
        {
            foreach (var value in Row(row))
            {
                if (!float.IsFinite(value))
                    throw new InvalidDataException($"{Path}: row {row} of {Rows} holds {value}; expected finite values only");
            }
        }
    }

    /// <summary>Writes a whole matrix at once.</summary>
    public static void Write(string path, int columns, ReadOnlySpan<float> rows)
    {
        using var writer = FeatureMatrixWriter.Create(path, columns);
        writer.Append(rows);
        writer.Complete();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _view?.SafeMemoryMappedViewHandle.ReleasePointer();
        _view?.Dispose();
        _file?.Dispose();
    }
}
