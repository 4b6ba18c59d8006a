using Spectre.Console;

namespace DnC.Workflow.Cli.Terminal;

/// <summary>How all tables look: no frame, and a line under the heads.</summary>
internal static class PlainTable
{
    /// <summary>A table without columns.</summary>
    public static Table New() => new() { Border = TableBorder.Simple };

    /// <summary>Adds a column of words.</summary>
    /// <param name="table">The table.</param>
    /// <param name="head">Its head.</param>
    /// <param name="whole">Whether its words stay on one line, whatever becomes of the others.</param>
    public static Table Left(this Table table, string head, bool whole = false) => table.AddColumn(new TableColumn(new Text(head)) { NoWrap = whole });

    /// <summary>Adds a column of figures.</summary>
    public static Table Right(this Table table, string head) => table.AddColumn(new TableColumn(new Text(head)) { NoWrap = true, Alignment = Justify.Right });
}
