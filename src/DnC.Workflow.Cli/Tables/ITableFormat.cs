namespace DnC.Workflow.Cli.Tables;

/// <summary>A file format of tables of images, known by its extension. <see cref="TableFormats"/> lists those there are.</summary>
internal interface ITableFormat
{
    /// <summary>With the dot: '.csv'.</summary>
    string Extension { get; }

    /// <summary>The file of the ids beside a table, where the format has no place for text; else null.</summary>
    string? IdsBeside(string path);

    /// <summary>Writes a table, holding one part at a time. Equal parts give equal bytes.</summary>
    /// <param name="path">A new file.</param>
    /// <param name="ids">The file of the ids to write, as <see cref="IdsBeside"/> tells whether there is one.</param>
    /// <param name="shape">What it holds.</param>
    /// <param name="rows">Rows in all.</param>
    /// <param name="parts">The rows.</param>
    void Write(string path, string? ids, TableShape shape, long rows, IEnumerable<TablePart> parts);

    /// <summary>What a table of vectors says of itself, and the length of its rows.</summary>
    /// <exception cref="Stages.Execution.UserInputException">It is damaged or holds something else.</exception>
    TableShape Shape(string path);

    /// <summary>The rows of a table of vectors, part by part.</summary>
    /// <exception cref="Stages.Execution.UserInputException">It is damaged or holds something else.</exception>
    IEnumerable<TablePart> Read(string path);
}
