using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace DnC.Workflow.Learning.Clustering;

/// <summary>
/// Writes a <see cref="FeatureMatrix"/> from its first row to its last. Until <see cref="Complete"/> the header says 'unfinished' and nobody
/// opens the file; after it the bytes are on the disk.
/// </summary>
public sealed class FeatureMatrixWriter : IDisposable
{
    private readonly SafeFileHandle _handle;
    private readonly string _path;
    private bool _completed;

    private FeatureMatrixWriter(SafeFileHandle handle, string path, int columns, int rows)
    {
        (_handle, _path, Columns, Rows) = (handle, path, columns, rows);
    }

    /// <summary>Length of a row.</summary>
    public int Columns { get; }

    /// <summary>Rows written so far.</summary>
    public int Rows { get; private set; }

    /// <summary>Starts a new file; one that is there already is overwritten.</summary>
    public static FeatureMatrixWriter Create(string path, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(columns, FeatureMatrixHeader.MaxColumns);
        var writer = new FeatureMatrixWriter(File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite), path, columns, 0);
        writer.WriteHeader(FeatureMatrixHeader.Unfinished);
        return writer;
    }

    /// <summary>Goes on with a file after its first <paramref name="rows"/> rows, which an earlier <see cref="Flush"/> made safe; what is behind them is dropped.</summary>
    /// <exception cref="InvalidDataException">Another kind of file, other columns, or fewer rows than that.</exception>
    public static FeatureMatrixWriter Resume(string path, int columns, int rows)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        var handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
        try
        {
            var bytes = new byte[FeatureMatrixHeader.Size];
            var read = RandomAccess.Read(handle, bytes, 0);
            var wanted = FeatureMatrixHeader.ReadUnfinished(bytes.AsSpan(0, read), path) with { Rows = rows };
            if (wanted.Columns != columns)
                throw new InvalidDataException($"{path}: has {wanted.Columns} columns, expected {columns}");
            if (RandomAccess.GetLength(handle) < wanted.FileLength)
                throw new InvalidDataException($"{path}: holds less than the {rows} rows that its checkpoint names");
            RandomAccess.SetLength(handle, wanted.FileLength);
            var writer = new FeatureMatrixWriter(handle, path, columns, rows);
            writer.WriteHeader(FeatureMatrixHeader.Unfinished);
            return writer;
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Adds whole rows, one after the other.</summary>
    /// <exception cref="ArgumentException">Not a multiple of <see cref="Columns"/> values.</exception>
    public void Append(ReadOnlySpan<float> rows)
    {
        ObjectDisposedException.ThrowIf(_handle.IsClosed || _completed, this);
        if (rows.Length % Columns != 0)
            throw new ArgumentException($"{rows.Length} values are no whole rows of {Columns}", nameof(rows));
        var end = checked(Rows + rows.Length / Columns);
        RandomAccess.Write(_handle, MemoryMarshal.AsBytes(rows), new FeatureMatrixHeader(Rows, Columns).FileLength);
        Rows = end;
    }

    /// <summary>Puts the rows so far on the disk and says how many: what a checkpoint may name.</summary>
    public int Flush()
    {
        RandomAccess.FlushToDisk(_handle);
        return Rows;
    }

    /// <summary>Puts the rows on the disk, then the header that makes the file readable.</summary>
    public void Complete()
    {
        RandomAccess.FlushToDisk(_handle);
        WriteHeader(Rows);
        RandomAccess.FlushToDisk(_handle);
        _completed = true;
    }

    /// <summary>Closes the file. Without <see cref="Complete"/> it stays unfinished.</summary>
    public void Dispose() => _handle.Dispose();

    /// <inheritdoc/>
    public override string ToString() => $"{_path} ({Rows} × {Columns})";

    private void WriteHeader(long rows)
    {
        Span<byte> bytes = stackalloc byte[FeatureMatrixHeader.Size];
        new FeatureMatrixHeader(rows, Columns).Write(bytes);
        RandomAccess.Write(_handle, bytes, 0);
    }
}
