using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Cli.Tables;

/// <summary>The registration list of table formats.</summary>
internal static class TableFormats
{
    /// <summary>Rows that are held at once.</summary>
    public const int PartRows = 4096;

    private static readonly ITableFormat[] Known = [new ParquetTable(), new NpyTable(), new CsvTable()];

    /// <summary>The format of a file to write.</summary>
    /// <param name="path">The file, whose extension names the format.</param>
    /// <param name="vectors">Whether each row is one vector; else its values are columns, for which npy has no names.</param>
    /// <exception cref="UserInputException">Another extension: lists the known ones.</exception>
    public static ITableFormat Of(string path, bool vectors)
    {
        var allowed = Known.Where(f => vectors || f is not NpyTable).ToList();
        return allowed.FirstOrDefault(f => string.Equals(f.Extension, Path.GetExtension(path), StringComparison.OrdinalIgnoreCase))
            ?? throw new UserInputException($"'{path}': the extension says the format; expected {string.Join(", ", allowed.Select(f => f.Extension))}.");
    }

    /// <summary>The format of a table of vectors that is there.</summary>
    /// <exception cref="UserInputException">There is no such file, or it has another extension.</exception>
    public static ITableFormat OfExisting(string path) => File.Exists(path)
        ? Of(path, vectors: true)
        : throw new UserInputException($"There is no file '{path}': expected a table that 'dnc embed' wrote.");
}
