namespace DnC.Workflow.Report.Html;

/// <summary>Colours that stay apart for people who see fewer (after Okabe and Ito); the style sheet has them by day and by night.</summary>
internal static class Colour
{
    /// <summary>How many there are.</summary>
    public const int Count = 8;

    /// <summary>The class of the n-th.</summary>
    public static string Class(int n) => n < 0 ? "kx" : FormattableString.Invariant($"k{n % Count}");
}
