namespace DnC.Workflow.Cli.Tables;

/// <summary>Some rows of a table, in their order.</summary>
/// <param name="Ids">By row: the image.</param>
/// <param name="Values">Rows of one length, one after the other.</param>
internal sealed record TablePart(IReadOnlyList<string> Ids, float[] Values);

/// <summary>What a table holds of each image beside its id.</summary>
/// <param name="Width">Values in a row.</param>
/// <param name="Columns">Names of the values where each is a thing of its own ('cluster', 'distance'), or null for one vector.</param>
/// <param name="About">What the file says of itself, where its format has a place for it.</param>
internal sealed record TableShape(int Width, IReadOnlyList<string>? Columns, IReadOnlyDictionary<string, string> About);
