using System.Globalization;
using System.Text.RegularExpressions;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Cli;

/// <summary>A range of numbers of clusters: 'FROM..TO' in steps.</summary>
/// <param name="From">The first, at least 2.</param>
/// <param name="To">The last, if the steps meet it.</param>
/// <param name="Step">At least 1.</param>
internal sealed partial record KRange(int From, int To, int Step)
{
    public IEnumerable<int> Values
    {
        get
        {
            for (long k = From; k <= To; k += Step)
                yield return (int)k;
        }
    }

    /// <summary>Reads '2..20', or '5' for one K.</summary>
    /// <exception cref="UserInputException">No range, or one that makes no sense.</exception>
    public static KRange Parse(string text, int step)
    {
        var match = Form().Match(text);
        if (!match.Success
            || !int.TryParse(match.Groups["from"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var from)
            || !int.TryParse(match.Groups["to"].Success ? match.Groups["to"].ValueSpan : match.Groups["from"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var to))
            throw new UserInputException($"--k {text}: expected a range of numbers of clusters, as 2..20.");
        if (from < 2)
            throw new UserInputException($"--k {text}: one cluster is no partition; expected a range that begins at 2 or above, as 2..20.");
        return from <= to ? new KRange(from, to, step) : throw new UserInputException($"--k {text}: the range is empty, since {from} is above {to}; did you mean {to}..{from}?");
    }

    /// <summary>Holds the range against an embedding.</summary>
    /// <exception cref="UserInputException">More clusters than it has images.</exception>
    public void Require(int images)
    {
        if (To >= images)
            throw new UserInputException(string.Create(CultureInfo.InvariantCulture, $"--k {From}..{To}: the embedding holds {images} images, and silhouettes need fewer clusters than images; take a range within 2..{images - 1}."));
    }

    [GeneratedRegex(@"^(?<from>[0-9]+)(\.\.(?<to>[0-9]+))?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Form();
}
