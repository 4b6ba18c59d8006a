using System.Buffers.Binary;
using DnC.Workflow.Learning.Clustering;

namespace DnC.Workflow.Learning.Tests.Clustering;

public sealed class FeatureMatrixTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Matrix => _folder.File("m.f32");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void RowsComeBackAsTheyWereWritten()
    {
        using (var writer = FeatureMatrixWriter.Create(Matrix, 3))
        {
            writer.Append([1, 2, 3]);
            writer.Append([4, 5, 6, 7, 8, 9]);
            writer.Append([]);
            Assert.Equal(3, writer.Rows);
            writer.Complete();
        }
        using var matrix = FeatureMatrix.Open(Matrix);
        Assert.Equal((3, 3), (matrix.Rows, matrix.Columns));
        Assert.Equal([4, 5, 6], matrix.Row(1).ToArray());
        Assert.Equal([4, 5, 6, 7, 8, 9], matrix.Block(1, 2).ToArray());
        var copied = new float[6];
        matrix.CopyRows([2, 0], copied);
        Assert.Equal([7, 8, 9, 1, 2, 3], copied);
        matrix.RequireFinite();
        Assert.Equal(64 + 9 * 4, new FileInfo(Matrix).Length);
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(0, -1)]
    [InlineData(2, 1)]
    [InlineData(1, 2)]
    [InlineData(int.MaxValue, int.MaxValue)]
    public void RowsBeyondTheMatrixAreRefused(int first, int count)
    {
        FeatureMatrix.Write(Matrix, 3, [1, 2, 3, 4, 5, 6]);
        using var matrix = FeatureMatrix.Open(Matrix);
        Assert.Throws<ArgumentOutOfRangeException>(() => matrix.Block(first, count).Length);
    }

    [Fact]
    public void AClosedMatrixIsNotRead()
    {
        FeatureMatrix.Write(Matrix, 1, [1]);
        var matrix = FeatureMatrix.Open(Matrix);
        matrix.Dispose();
        matrix.Dispose();
        Assert.Throws<ObjectDisposedException>(() => matrix.Row(0).Length);
    }

    [Fact]
    public void AMatrixWithoutRowsIsAMatrix()
    {
        FeatureMatrix.Write(Matrix, 5, []);
        using var matrix = FeatureMatrix.Open(Matrix);
        Assert.Equal((0, 5), (matrix.Rows, matrix.Columns));
        Assert.Equal(0, matrix.Block(0, 0).Length);
    }

    [Fact]
    public void TheFirstRowWithoutANumberIsNamed()
    {
        FeatureMatrix.Write(Matrix, 2, [1, 2, 3, float.NegativeInfinity, float.NaN, 0]);
        using var matrix = FeatureMatrix.Open(Matrix);
        var error = Assert.Throws<InvalidDataException>(matrix.RequireFinite);
        Assert.Contains(Matrix, error.Message, StringComparison.Ordinal);
        Assert.Contains("row 1 of 3", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnUnfinishedFileIsRefused()
    {
        using (var writer = FeatureMatrixWriter.Create(Matrix, 2))
            writer.Append([1, 2, 3, 4]);
        Assert.Contains("never completed", Assert.Throws<InvalidDataException>(() => FeatureMatrix.Open(Matrix)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(700)]
    [InlineData(1000)]
    public void RowsSavedAlongTheWayAreAMatrixOfTheirOwnAndJoinAgain(int first)
    {
        const int Columns = 600;
        float[] values = [.. Enumerable.Range(0, 1000 * Columns).Select(i => (float)i)];
        using var writer = FeatureMatrixWriter.Create(Matrix, Columns);
        writer.Append(values);
        writer.SaveRows(first, Matrix + ".part");
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.SaveRows(1001, Matrix + ".more"));

        using (var part = FeatureMatrix.Open(Matrix + ".part"))
        {
            Assert.Equal(values.AsSpan(first * Columns), part.Block(0, part.Rows));
            writer.Append(part);
            using var other = FeatureMatrixWriter.Create(Matrix + ".other", Columns - 1);
            Assert.Throws<InvalidDataException>(() => other.Append(part));
        }

        writer.Complete();
        using var whole = FeatureMatrix.Open(Matrix);
        Assert.Equal([.. values, .. values[(first * Columns)..]], whole.Block(0, whole.Rows).ToArray());
    }

    [Fact]
    public void PartsOfRowsAreRefused()
    {
        using var writer = FeatureMatrixWriter.Create(Matrix, 3);
        Assert.Throws<ArgumentException>(() => writer.Append([1, 2]));
        writer.Complete();
        Assert.Throws<ObjectDisposedException>(() => writer.Append([1, 2, 3]));
    }

    public static TheoryData<string, Action<byte[]>> Hostile => new()
    {
        { "not a feature matrix", b => b[0] = (byte)'X' },
        { "elements of kind 7", b => b[8] = 7 },
        { "claims 0 columns", b => BinaryPrimitives.WriteInt32LittleEndian(b.AsSpan(12), 0) },
        { "claims -3 columns", b => BinaryPrimitives.WriteInt32LittleEndian(b.AsSpan(12), -3) },
        { "claims 2147483647 columns", b => BinaryPrimitives.WriteInt32LittleEndian(b.AsSpan(12), int.MaxValue) },
        { "claims -2 rows", b => BinaryPrimitives.WriteInt64LittleEndian(b.AsSpan(16), -2) },
        { "claims 9223372036854775807 rows", b => BinaryPrimitives.WriteInt64LittleEndian(b.AsSpan(16), long.MaxValue) },
        { "need 8589934652 bytes, the file has 76", b => { BinaryPrimitives.WriteInt64LittleEndian(b.AsSpan(16), int.MaxValue); b[12] = 1; } },
        { "need 72 bytes, the file has 76", b => b[12] = 1 },
        { "need 112 bytes, the file has 76", b => b[16] = 4 },
    };

    [Theory]
    [MemberData(nameof(Hostile), DisableDiscoveryEnumeration = true)]
    public void AHostileHeaderIsRefused(string message, Action<byte[]> damage)
    {
        FeatureMatrix.Write(Matrix, 3, [1, 2, 3]);
        var bytes = File.ReadAllBytes(Matrix);
        if (message.StartsWith("need 72", StringComparison.Ordinal))
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(16), 2);
        damage(bytes);
        File.WriteAllBytes(Matrix, bytes);
        var error = Assert.Throws<InvalidDataException>(() => FeatureMatrix.Open(Matrix));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Contains(Matrix, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    [InlineData(63)]
    [InlineData(70)]
    public void AFileThatWasCutIsRefused(int length)
    {
        FeatureMatrix.Write(Matrix, 3, [1, 2, 3]);
        File.WriteAllBytes(Matrix, File.ReadAllBytes(Matrix)[..length]);
        Assert.Throws<InvalidDataException>(() => FeatureMatrix.Open(Matrix));
    }

    [Fact]
    public void AMissingFileSaysSo() => Assert.Throws<FileNotFoundException>(() => FeatureMatrix.Open(Matrix));
}
