using System.Globalization;
using System.Text;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Images.Formats.Tar;

/// <summary>How a shard that cannot be trusted is refused: shard, entry, byte offset, what is wrong, way out.</summary>
internal static class TarRefusal
{
    private const int ShownCharacters = 120;

    /// <summary>The exception for an entry (or, without a name, a place) of a shard.</summary>
    public static UserInputException Of(string shard, long offset, string? entry, string what)
    {
        var place = entry is null ? "" : $", entry '{Shown(entry)}'";
        return new UserInputException(string.Create(
            CultureInfo.InvariantCulture,
            $"The shard '{shard}'{place} at byte {offset}: {what} Nothing was read from it. Write the shard again, or take it out of the data folder."));
    }

    /// <summary>A name fit for a terminal: control characters written out, and not endless.</summary>
    public static string Shown(string name)
    {
        var shown = new StringBuilder();
        foreach (var c in name.AsSpan(0, Math.Min(name.Length, ShownCharacters)))
        {
            if (char.IsControl(c) || c is '\u2028' or '\u2029') shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else shown.Append(c);
        }
        return name.Length > ShownCharacters ? shown.Append('…').ToString() : shown.ToString();
    }
}
