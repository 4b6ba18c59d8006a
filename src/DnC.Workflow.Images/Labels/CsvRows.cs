using System.Text;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Images.Labels;

/// <summary>Rows of comma-separated values as RFC 4180 has them: fields in quotes may hold commas, line ends and doubled quotes.</summary>
public static class CsvRows
{
    /// <summary>Characters of one field, and fields of one row [ours]: a file that goes beyond is no table.</summary>
    private const int MaxField = 1 << 16;

    private const int MaxFields = 1000;

    /// <summary>The rows with the number of the line each begins on; empty lines are passed over.</summary>
    /// <exception cref="UserInputException">The file cannot be read, or a field is endless or not closed.</exception>
    /// <param name="path">The file.</param>
    /// <param name="maxFields">Fields of one row.</param>
    public static IEnumerable<(int Line, string[] Fields)> Of(string path, int maxFields = MaxFields)
    {
        using var reader = Open(path);
        var line = 1;
        while (reader.Peek() >= 0)
        {
            var begins = line;
            var fields = Row(path, reader, maxFields, ref line);
            if (fields.Length > 1 || fields[0].Length > 0) yield return (begins, fields);
        }
    }

    private static StreamReader Open(string path)
    {
        try
        {
            return new StreamReader(path, Encoding.UTF8, detectEncodingFromByteOrderMarks: true, 1 << 16);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserInputException($"The file '{path}' cannot be read: {e.Message} Give this user the right to read it, or take it out of the data folder.", e);
        }
    }

    private static string[] Row(string path, StreamReader reader, int maxFields, ref int line)
    {
        var fields = new List<string>();
        var field = new StringBuilder();
        var quoted = false;
        var begins = line;
        while (true)
        {
            var c = reader.Read();
            if (c == '\n') line++;
            if (c < 0 && quoted) throw LabelRefusal.Of($"'{path}', line {begins}", "a quote is not closed.");
            if (c == '"' && (quoted || field.Length == 0))
            {
                // A quote doubled within quotes is one of the field's.
                if (quoted && reader.Peek() == '"') field.Append((char)reader.Read());
                else quoted = !quoted;
            }
            else if (!quoted && (c is ',' or '\n' or < 0))
            {
                if (c != ',' && field.Length > 0 && field[^1] == '\r') field.Length--;
                fields.Add(field.ToString());
                field.Clear();
                if (c != ',') return [.. fields];
            }
            else field.Append((char)c);
            if (field.Length > MaxField || fields.Count > maxFields)
                throw LabelRefusal.Of($"'{path}', line {begins}", "this is no table: a field or a row of it has no end.");
        }
    }
}
