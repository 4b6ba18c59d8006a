using System.Buffers.Binary;

namespace DnC.Workflow.Learning.Clustering;

/// <summary>
/// The first 64 bytes of a feature matrix: magic, element kind, columns, rows; the rest is zero. Little-endian. Rows follow without gaps,
/// so the file's length is known from its header, and one that has another length is damaged.
/// </summary>
internal readonly record struct FeatureMatrixHeader(long Rows, int Columns, FeatureElement Element)
{
    public const int Size = 64;
    public const int MaxColumns = 1 << 20;
    public const long Unfinished = -1;

    private static ReadOnlySpan<byte> Magic => "DNCFMTX1"u8;

    public long FileLength => Size + Rows * RowBytes;

    public long RowBytes => (long)Columns * (Element == FeatureElement.Float16 ? sizeof(ushort) : sizeof(float));

    public void Write(Span<byte> into)
    {
        into.Clear();
        Magic.CopyTo(into);
        BinaryPrimitives.WriteInt32LittleEndian(into[8..], (int)Element);
        BinaryPrimitives.WriteInt32LittleEndian(into[12..], Columns);
        BinaryPrimitives.WriteInt64LittleEndian(into[16..], Rows);
    }

    /// <summary>Reads and checks; a value that passes makes no later size computation overflow.</summary>
    /// <exception cref="InvalidDataException">Not such a file, unfinished, or of another length than its header says.</exception>
    public static FeatureMatrixHeader Read(ReadOnlySpan<byte> bytes, long fileLength, string path)
    {
        var header = ReadUnfinished(bytes, path);
        if (header.Rows == Unfinished)
            throw new InvalidDataException($"{path}: the feature matrix was never completed; run the stage that writes it again");
        if (header.Rows is < 0 or > int.MaxValue)
            throw new InvalidDataException($"{path}: the feature matrix claims {header.Rows} rows; expected 0 to {int.MaxValue}");
        if (header.FileLength != fileLength)
        {
            throw new InvalidDataException(
                $"{path}: {header.Rows} × {header.Columns} values need {header.FileLength} bytes, the file has {fileLength}; it was cut or damaged");
        }
        return header;
    }

    /// <summary>As <see cref="Read"/>, but leaves the number of rows and the file's length unchecked.</summary>
    private static FeatureMatrixHeader ReadUnfinished(ReadOnlySpan<byte> bytes, string path)
    {
        if (bytes.Length < Size || !bytes[..8].SequenceEqual(Magic))
            throw new InvalidDataException($"{path}: not a feature matrix (its first bytes are not 'DNCFMTX1' and a header)");
        var kind = BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]);
        if (kind is not ((int)FeatureElement.Float32 or (int)FeatureElement.Float16))
            throw new InvalidDataException($"{path}: the feature matrix has elements of kind {kind}; expected 1 (float32) or 2 (float16)");
        var columns = BinaryPrimitives.ReadInt32LittleEndian(bytes[12..]);
        if (columns is < 1 or > MaxColumns)
            throw new InvalidDataException($"{path}: the feature matrix claims {columns} columns; expected 1 to {MaxColumns}");
        return new FeatureMatrixHeader(BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]), columns, (FeatureElement)kind);
    }
}

/// <summary>What the values of a <see cref="FeatureMatrix"/> are on the disk. In memory they are float32.</summary>
public enum FeatureElement
{
    /// <summary>Four bytes a value.</summary>
    Float32 = 1,

    /// <summary>Two bytes a value: 11 significant bits, up to 65,504.</summary>
    Float16 = 2,
}
