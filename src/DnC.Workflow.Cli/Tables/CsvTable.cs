using System.Globalization;
using System.Text;
using DnC.Workflow.Images.Labels;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Cli.Tables;

/// <summary>Comma-separated values with a head, as RFC 4180 has them, but with the line ends of Unix: id, f0, f1 …</summary>
internal sealed class CsvTable : ITableFormat
{
    public string Extension => ".csv";

    public string? IdsBeside(string path) => null;

    public void Write(string path, string? ids, TableShape shape, long rows, IEnumerable<TablePart> parts)
    {
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 20);
        using var text = new StreamWriter(file, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { NewLine = "\n" };
        text.Write("id");
        for (var column = 0; column < shape.Width; column++)
            text.Write(shape.Columns is { } names ? $",{names[column]}" : string.Create(CultureInfo.InvariantCulture, $",f{column}"));
        text.WriteLine();
        foreach (var part in parts)
        {
            for (var row = 0; row < part.Ids.Count; row++)
            {
                text.Write(Quoted(part.Ids[row]));
                foreach (var value in part.Values.AsSpan(row * shape.Width, shape.Width))
                {
                    text.Write(',');
                    // The shortest text that gives the same float32 again.
                    text.Write(value.ToString("R", CultureInfo.InvariantCulture));
                }

                text.WriteLine();
            }
        }

        text.Flush();
        file.Flush(flushToDisk: true);
    }

    public TableShape Shape(string path)
    {
        var head = Rows(path).Select(r => r.Fields).FirstOrDefault();
        return head is ["id", "f0", ..]
            ? new TableShape(head.Length - 1, null, new Dictionary<string, string>(StringComparer.Ordinal))
            : throw new UserInputException($"'{path}': is no table of 'dnc embed'; expected the columns id, f0, f1 …");
    }

    public IEnumerable<TablePart> Read(string path)
    {
        var width = Shape(path).Width;
        foreach (var rows in Rows(path).Skip(1).Chunk(TableFormats.PartRows))
        {
            var values = new float[rows.Length * width];
            for (var i = 0; i < rows.Length; i++)
            {
                var (line, fields) = rows[i];
                if (fields.Length != width + 1)
                    throw new UserInputException($"'{path}', line {line}: has {fields.Length} fields; expected {width + 1}, as the head has. The table was changed or cut: embed again.");
                for (var column = 0; column < width; column++)
                {
                    if (!float.TryParse(fields[column + 1], NumberStyles.Float, CultureInfo.InvariantCulture, out values[(i * width) + column]))
                        throw new UserInputException($"'{path}', line {line}: '{fields[column + 1]}' in column f{column}; expected a number. The table was changed: embed again.");
                }
            }

            yield return new TablePart([.. rows.Select(r => r.Fields[0])], values);
        }
    }

    private static IEnumerable<(int Line, string[] Fields)> Rows(string path) => CsvRows.Of(path, maxFields: 1 << 20);

    private static string Quoted(string text) =>
        text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
