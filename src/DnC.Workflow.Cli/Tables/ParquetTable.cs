using System.Globalization;
using DnC.Workflow.Stages.Execution;
using Parquet;
using Parquet.Schema;

namespace DnC.Workflow.Cli.Tables;

/// <summary>Apache Parquet: 'id' and 'embedding', a list of float32; or 'id' and the named columns. A group of rows for each part.</summary>
internal sealed class ParquetTable : ITableFormat
{
    private const string Vector = "embedding";

    public string Extension => ".parquet";

    public string? IdsBeside(string path) => null;

    public void Write(string path, string? ids, TableShape shape, long rows, IEnumerable<TablePart> parts) => Wait(WriteAsync(path, shape, parts));

    public TableShape Shape(string path)
    {
        using var file = File.OpenRead(path);
        var reader = Open(file, path);
        try
        {
            var width = 0;
            if (reader.RowGroupCount > 0)
            {
                using var group = reader.OpenRowGroupReader(0);
                var (_, vector) = Fields(reader, path);
                width = group.RowCount == 0 ? 0 : checked((int)(group.GetMetadata(vector)!.MetaData!.NumValues / group.RowCount));
            }

            return new TableShape(width, null, reader.CustomMetadata);
        }
        finally
        {
            Wait(reader.DisposeAsync().AsTask());
        }
    }

    public IEnumerable<TablePart> Read(string path)
    {
        using var file = File.OpenRead(path);
        var reader = Open(file, path);
        try
        {
            for (var number = 0; number < reader.RowGroupCount; number++)
            {
                using var group = reader.OpenRowGroupReader(number);
                yield return Part(reader, group, path);
            }
        }
        finally
        {
            Wait(reader.DisposeAsync().AsTask());
        }
    }

    private static async Task WriteAsync(string path, TableShape shape, IEnumerable<TablePart> parts)
    {
        var id = new DataField<string>("id", nullable: false);
        var element = new DataField<float>("element", nullable: false);
        DataField[] columns = shape.Columns is null ? [] : [.. shape.Columns.Select(c => c == "cluster" ? new DataField<int>(c, nullable: false) : (DataField)new DataField<float>(c, nullable: false))];
        var schema = shape.Columns is null ? new ParquetSchema(id, new ListField(Vector, element)) : new ParquetSchema([id, .. columns]);
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 20);
        await using (var writer = await ParquetWriter.CreateAsync(schema, file))
        {
            writer.CustomMetadata = shape.About.ToDictionary(a => a.Key, a => a.Value, StringComparer.Ordinal);
            foreach (var part in parts.Where(p => p.Ids.Count > 0))
            {
                using var group = writer.CreateRowGroup();
                await group.WriteAsync(id, part.Ids);
                if (shape.Columns is null)
                    await group.WriteAllPartsAsync<float>(element, part.Values, Defined(part.Values.Length, element), Repetitions(part.Ids.Count, shape.Width), CancellationToken.None);
                for (var column = 0; column < columns.Length; column++)
                {
                    if (columns[column].ClrType == typeof(int))
                        await group.WriteAsync<int>(columns[column], Array.ConvertAll(Column(part, shape.Width, column), v => (int)v));
                    else
                        await group.WriteAsync<float>(columns[column], Column(part, shape.Width, column));
                }
            }
        }

        file.Flush(flushToDisk: true);
    }

    // A list begins where the level of repetition is 0.
    private static int[] Repetitions(int rows, int width)
    {
        var levels = new int[rows * width];
        Array.Fill(levels, 1);
        for (var row = 0; row < rows; row++)
            levels[row * width] = 0;
        return levels;
    }

    // Neither a list nor an element is missing.
    private static int[] Defined(int values, DataField field)
    {
        var levels = new int[values];
        Array.Fill(levels, field.MaxDefinitionLevel);
        return levels;
    }

    private static float[] Column(TablePart part, int width, int column) => [.. part.Ids.Select((_, row) => part.Values[(row * width) + column])];

    private static TablePart Part(ParquetReader reader, ParquetRowGroupReader group, string path)
    {
        var (id, vector) = Fields(reader, path);
        var rows = checked((int)group.RowCount);
        var ids = new string?[rows];
        var values = new float[checked((int)group.GetMetadata(vector)!.MetaData!.NumValues)];
        var (defined, repeated) = (new int[values.Length], new int[values.Length]);
        Wait(group.ReadAsync(id, ids.AsMemory()).AsTask());
        Wait(group.ReadRawAsync<float>(vector, values, vector.MaxDefinitionLevel > 0 ? defined : null, repeated).AsTask());
        return rows > 0 && values.Length % rows == 0 && Repetitions(rows, values.Length / rows).AsSpan().SequenceEqual(repeated)
            && (vector.MaxDefinitionLevel == 0 || Defined(values.Length, vector).AsSpan().SequenceEqual(defined))
            ? new TablePart([.. ids.Select(i => i ?? "")], values)
            : throw Refusal(path, "its lists are not all of one length");
    }

    private static (DataField Id, DataField Vector) Fields(ParquetReader reader, string path)
    {
        var fields = reader.Schema.GetDataFields();
        var (id, vector) = (fields.FirstOrDefault(f => f.Path.ToString() == "id"), fields.FirstOrDefault(f => f.Path.FirstPart == Vector));
        // This library reads text as characters.
        return (id?.ClrType == typeof(string) || id?.ClrType == typeof(ReadOnlyMemory<char>)) && vector?.ClrType == typeof(float)
            ? (id, vector)
            : throw Refusal(path, $"it has the columns {string.Join(", ", fields.Select(f => f.Path.ToString()))}");
    }

    private static ParquetReader Open(Stream file, string path)
    {
        try
        {
            return Wait(ParquetReader.CreateAsync(file, new ParquetOptions(), leaveStreamOpen: true));
        }
        catch (Exception e) when (e is IOException or InvalidDataException or InvalidOperationException)
        {
            throw Refusal(path, $"it is no Parquet file ({e.Message})");
        }
    }

    private static UserInputException Refusal(string path, string found) =>
        new(string.Create(CultureInfo.InvariantCulture, $"'{path}': {found}; expected a table that 'dnc embed' wrote: 'id' text and 'embedding' lists of float32."));

    private static void Wait(Task task) => task.GetAwaiter().GetResult();

    private static T Wait<T>(Task<T> task) => task.GetAwaiter().GetResult();
}
