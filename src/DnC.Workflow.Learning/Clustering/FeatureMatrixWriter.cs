using System.Runtime.InteropServices;
using DnC.Workflow.Stages.Execution;
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

    private FeatureMatrixWriter(SafeFileHandle handle, string path, int columns, FeatureElement element) =>
        (_handle, _path, Columns, Element) = (handle, path, columns, element);

    /// <summary>Rows that are copied at once: about a mebibyte.</summary>
    private int BlockRows => Math.Max(1, (1 << 18) / Columns);

    /// <summary>Length of a row.</summary>
    public int Columns { get; }

    /// <summary>What its values are on the disk.</summary>
    public FeatureElement Element { get; }

    /// <summary>Rows written so far.</summary>
    public int Rows { get; private set; }

    /// <summary>Starts a new file; one that is there already is overwritten.</summary>
    public static FeatureMatrixWriter Create(string path, int columns, FeatureElement element = FeatureElement.Float32)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(columns, FeatureMatrixHeader.MaxColumns);
        var writer = new FeatureMatrixWriter(File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite), path, columns, element);
        writer.WriteHeader(FeatureMatrixHeader.Unfinished);
        return writer;
    }

    /// <summary>Adds whole rows, one after the other.</summary>
    /// <exception cref="ArgumentException">Not a multiple of <see cref="Columns"/> values.</exception>
    /// <exception cref="UserInputException">A finite value that float16 does not reach; names its row.</exception>
    public void Append(ReadOnlySpan<float> rows)
    {
        ObjectDisposedException.ThrowIf(_handle.IsClosed || _completed, this);
        if (rows.Length % Columns != 0)
            throw new ArgumentException($"{rows.Length} values are no whole rows of {Columns}", nameof(rows));
        var end = checked(Rows + rows.Length / Columns);
        var at = Header(Rows).FileLength;
        if (Element == FeatureElement.Float32)
        {
            RandomAccess.Write(_handle, MemoryMarshal.AsBytes(rows), at);
        }
        else
        {
            var halves = HalfValues.Narrow(rows);
            RequireInRange(rows, halves);
            RandomAccess.Write(_handle, MemoryMarshal.AsBytes(halves.AsSpan()), at);
        }

        Rows = end;
    }

    /// <summary>Adds all rows of another matrix.</summary>
    /// <exception cref="InvalidDataException">Its rows have another length.</exception>
    public void Append(FeatureMatrix matrix)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        if (matrix.Columns != Columns)
            throw new InvalidDataException($"{matrix.Path}: has {matrix.Columns} columns, expected {Columns}");
        for (var row = 0; row < matrix.Rows; row += BlockRows)
            Append(matrix.Block(row, Math.Min(BlockRows, matrix.Rows - row)));
    }

    /// <summary>Writes the rows from <paramref name="first"/> on as a matrix of their own, complete and on the disk. This file stays as it is.</summary>
    public void SaveRows(int first, string path)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first, Rows);
        using var part = Create(path, Columns, Element);
        for (var row = first; row < Rows; row += BlockRows)
        {
            var count = Math.Min(BlockRows, Rows - row);
            var bytes = new byte[count * Header(0).RowBytes];
            for (var (done, at) = (0, Header(row).FileLength); done < bytes.Length;)
            {
                var read = RandomAccess.Read(_handle, bytes.AsSpan(done), at + done);
                done += read > 0 ? read : throw new InvalidDataException($"{_path}: was cut while it was written");
            }

            RandomAccess.Write(part._handle, bytes, Header(part.Rows).FileLength);
            part.Rows += count;
        }

        part.Complete();
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

    private FeatureMatrixHeader Header(long rows) => new(rows, Columns, Element);

    private void RequireInRange(ReadOnlySpan<float> rows, Half[] halves)
    {
        for (var i = 0; i < halves.Length; i++)
        {
            if (Half.IsInfinity(halves[i]) && float.IsFinite(rows[i]))
                throw new UserInputException($"{_path}: row {Rows + (i / Columns)} holds {rows[i]}, and half precision ends at 65504. Set 'embed.precision' to fp32.");
        }
    }

    private void WriteHeader(long rows)
    {
        Span<byte> bytes = stackalloc byte[FeatureMatrixHeader.Size];
        Header(rows).Write(bytes);
        RandomAccess.Write(_handle, bytes, 0);
    }
}
