using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Images.Formats;

/// <summary>The spec's patterns for the parts; null: what the format calls them.</summary>
internal sealed record PartPatterns(PartPattern? Train, PartPattern? Probe, PartPattern? Test)
{
    /// <summary>Checks the patterns of a spec.</summary>
    public static PartPatterns Of(string? train, string? probe, string? test) => new(
        train is null ? null : new PartPattern("data.train", train),
        probe is null ? null : new PartPattern("data.probe", probe),
        test is null ? null : new PartPattern("data.test", test));

    /// <summary>A part of whole files (shards, binaries): those that its pattern matches, else those of the first default that matches any.</summary>
    /// <returns>Null where no pattern is given and no default matches; for 'train' also where its pattern matches none.</returns>
    /// <exception cref="UserInputException">The pattern of probe or test matches none.</exception>
    public DataPart? Select(string name, IReadOnlyList<string> files, DataListing listing, params ReadOnlySpan<string> defaults)
    {
        if (Given(name) is { } given)
        {
            string[] matched = [.. files.Where(given.Matches)];
            return matched.Length > 0 ? new DataPart(name, matched) : name == DataPart.Train ? null : throw NoMatch(given, listing);
        }
        foreach (var text in defaults)
        {
            var pattern = new PartPattern(name, text);
            string[] matched = [.. files.Where(pattern.Matches)];
            if (matched.Length > 0) return new DataPart(name, matched);
        }
        return null;
    }

    /// <summary>The pattern given for a part.</summary>
    public PartPattern? Given(string name) => name switch { DataPart.Train => Train, DataPart.Probe => Probe, _ => Test };

    /// <summary>A pattern that matches nothing usable.</summary>
    public static UserInputException NoMatch(PartPattern pattern, DataListing listing) => new(
        $"{pattern.Key} is '{pattern.Text}', which matches nothing usable in the data folder '{listing.Folder}'. Found there: {listing.Found()}. "
        + $"Expected are {ImageSources.Expected}.");
}
