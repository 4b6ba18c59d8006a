using System.Globalization;
using System.Text.RegularExpressions;

namespace DnC.Workflow.Cli.Terminal;

/// <summary>Stages that are alike but for their number in a fan-out, as one line.</summary>
/// <param name="Name">'expert[7]', or of many 'expert[0..311, 313..4999]'.</param>
/// <param name="Likeness">What they have in common, with the same numbers: 'depends on expert[0..311, 313..4999]'.</param>
/// <param name="Members">One or many, in their order.</param>
public sealed record FanFold<T>(string Name, string Likeness, IReadOnlyList<T> Members);

/// <summary>Folds what a large fan-out would repeat line for line.</summary>
public static partial class FanFold
{
    /// <summary>So many like stages are still a line each. [ours]</summary>
    public const int Few = 16;

    private const int MaxRanges = 4;

    /// <summary>Folds those of a fan-out that are alike and more than <see cref="Few"/>; each fold stands where its first member stood.</summary>
    /// <param name="items">The stages.</param>
    /// <param name="name">A stage's name.</param>
    /// <param name="likeness">What has to be the same; where it names the stage's own number, the others' may name theirs.</param>
    public static IEnumerable<FanFold<T>> Of<T>(IEnumerable<T> items, Func<T, string> name, Func<T, string> likeness) => items
        .Select((item, place) => new Placed<T>(item, place, name(item), likeness(item), Number().Match(name(item))))
        .GroupBy(p => p.Number.Success ? (With(p.Name, p.Own, ""), With(p.Likeness, p.Own, "")) : (p.Name, ""))
        .SelectMany(alike => alike.Count() > Few ? [Folded([.. alike])] : alike.Select(p => (p.Place, Fold: new FanFold<T>(p.Name, p.Likeness, [p.Item]))))
        .OrderBy(f => f.Place)
        .Select(f => f.Fold);

    /// <summary>The name of the fan-out that a stage is of, 'expert[]' of 'expert[7]'; null: it is of none.</summary>
    public static string? FanOf(string name) => Number().Match(name) is { Success: true } number ? With(name, number.Groups["own"].Value, "") : null;

    private static (int Place, FanFold<T> Fold) Folded<T>(Placed<T>[] alike)
    {
        var (first, numbers) = (alike[0], Ranges([.. alike.Select(p => int.Parse(p.Own, CultureInfo.InvariantCulture)).Order()]));
        return (first.Place, new FanFold<T>(With(first.Name, first.Own, numbers), With(first.Likeness, first.Own, numbers), [.. alike.Select(p => p.Item)]));
    }

    private static string With(string text, string own, string numbers) => text.Replace($"[{own}]", $"[{numbers}]", StringComparison.Ordinal);

    private static string Ranges(int[] numbers)
    {
        var ranges = new List<(int From, int To)>();
        foreach (var number in numbers)
        {
            if (ranges.Count > 0 && ranges[^1].To == number - 1)
                ranges[^1] = (ranges[^1].From, number);
            else
                ranges.Add((number, number));
        }

        var text = string.Join(", ", ranges.Take(MaxRanges).Select(r => r.From == r.To ? Text(r.From) : $"{Text(r.From)}..{Text(r.To)}"));
        return ranges.Count > MaxRanges ? text + ", …" : text;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\[(?<own>\d+)\]", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Number();

    private sealed record Placed<T>(T Item, int Place, string Name, string Likeness, Match Number)
    {
        public string Own => Number.Groups["own"].Value;
    }
}
