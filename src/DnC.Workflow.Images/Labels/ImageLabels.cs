namespace DnC.Workflow.Images.Labels;

/// <summary>What a source of labels says of one image; null: nothing.</summary>
internal readonly record struct LabelRow(int? ClassId, string? Class, int? DomainId = null, string? Domain = null);

/// <summary>The labels of the images of a part, in their order.</summary>
internal sealed record ImageLabels(int[] Classes, string[] ClassNames, int[]? Domains, string[]? DomainNames)
{
    /// <summary>
    /// Labels from what is said of each image. Where every image has a number it is the label; where only names are given, the label is the
    /// name's place among all names in ordinal order.
    /// </summary>
    /// <param name="rows">Of each image of the part.</param>
    /// <param name="all">Of each image of all the parts whose labels shall agree, this one among them.</param>
    /// <param name="source">For messages: where the labels come from.</param>
    public static ImageLabels Of(IReadOnlyList<LabelRow> rows, IReadOnlyCollection<LabelRow> all, string source)
    {
        var (classes, classNames) = Column(rows, all, row => row.ClassId, row => row.Class, "class", source);
        if (rows.Any(row => row is { DomainId: null, Domain: null })) return new ImageLabels(classes, classNames, null, null);
        LabelRow[] placed = [.. all.Where(row => row is not { DomainId: null, Domain: null })];
        var (domains, domainNames) = Column(rows, placed, row => row.DomainId, row => row.Domain, "domain", source);
        return new ImageLabels(classes, classNames, domains, domainNames);
    }

    private static (int[] Labels, string[] Names) Column(
        IReadOnlyList<LabelRow> rows,
        IReadOnlyCollection<LabelRow> all,
        Func<LabelRow, int?> number,
        Func<LabelRow, string?> name,
        string column,
        string source)
    {
        if (all.All(row => number(row) is not null))
            return ([.. rows.Select(row => number(row)!.Value)], Names(all, number, name, column, source));
        if (all.Any(row => name(row) is null))
            throw LabelRefusal.Of(source, $"some images have a {column} by number and others by name alone: give all of them the same.");
        string[] names = [.. all.Select(row => name(row)!).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        return ([.. rows.Select(row => Array.BinarySearch(names, name(row), StringComparer.Ordinal))], names);
    }

    // By number; a number without a name is called by itself.
    private static string[] Names(
        IReadOnlyCollection<LabelRow> all, Func<LabelRow, int?> number, Func<LabelRow, string?> name, string column, string source)
    {
        var names = new string?[all.Max(row => number(row)!.Value) + 1];
        foreach (var row in all)
        {
            if (name(row) is not { } one) continue;
            ref var known = ref names[number(row)!.Value];
            if (known is not null && known != one)
                throw LabelRefusal.Of(source, $"{column} {number(row)} is called '{known}' and '{one}': give each {column} one name.");
            known = one;
        }
        return [.. names.Select((one, i) => one ?? $"{i}")];
    }
}
