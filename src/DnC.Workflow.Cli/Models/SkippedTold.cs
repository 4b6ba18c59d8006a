using System.Globalization;
using DnC.Workflow.Cli.Tables;
using DnC.Workflow.Stages.Execution;
using Spectre.Console;

namespace DnC.Workflow.Cli.Models;

/// <summary>What a command says of files that are no images.</summary>
internal static class SkippedTold
{
    private const int Named = 20;

    /// <summary>Names them; where nothing else was there, that is an error.</summary>
    /// <param name="console">Where.</param>
    /// <param name="skipped">The files.</param>
    /// <param name="images">How many were tried.</param>
    /// <exception cref="UserInputException">There was no image at all.</exception>
    public static void Tell(IAnsiConsole console, IReadOnlyList<SkippedImage> skipped, int images)
    {
        if (skipped.Count == 0)
            return;
        foreach (var one in skipped.Take(Named))
            console.MarkupLineInterpolated($"[yellow]skipped:[/] {one.Id}: {one.Reason}");
        if (skipped.Count > Named)
            console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"and {skipped.Count - Named:N0} more"));
        if (skipped.Count == images)
            throw new UserInputException(string.Create(CultureInfo.InvariantCulture, $"None of {images:N0} files is an image that can be read; JPEG, PNG, WebP and BMP are. Name a folder of images with --data."));
    }
}
