using System.Text.RegularExpressions;
using DnC.Workflow.Cli.Tests;

namespace DnC.Workflow.Report.Tests.Tour;

/// <summary>The commands of docs/tour.md, in their order.</summary>
/// <param name="Line">As it stands there, without 'dnc'.</param>
/// <param name="Pictures">Pictures that follow it, below docs: of its terminal ('.svg') or of its page.</param>
internal sealed partial record TourStep(string Line, IReadOnlyList<string> Pictures)
{
    public static string Docs => Path.Combine(Repository.Root, "docs");

    public static IReadOnlyList<TourStep> All()
    {
        var steps = new List<TourStep>();
        foreach (Match part in Parts().Matches(File.ReadAllText(Path.Combine(Docs, "tour.md")).ReplaceLineEndings("\n")))
        {
            if (part.Groups["picture"].Success)
                steps[^1] = steps[^1] with { Pictures = [.. steps[^1].Pictures, part.Groups["picture"].Value] };
            else
                steps.Add(new TourStep(part.Groups["command"].Value.Split('#')[0].Trim(), []));
        }

        return steps;
    }

    [GeneratedRegex(@"^dnc (?<command>.*)$|!\[[^\]]*\]\((?<picture>pictures/tour/[^)]+)\)", RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Parts();
}
