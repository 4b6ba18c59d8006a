using System.Text.RegularExpressions;
using DnC.Workflow.Cli.Tests;
using DnC.Workflow.Cli.Tests.Terminal;
using DnC.Workflow.Report.Tests.Browser;
using Microsoft.Playwright;
using SkiaSharp;

namespace DnC.Workflow.Report.Tests.Tour;

/// <summary>
/// docs/tour.md, typed: every command of it in its order on a demo at its shortest, and what its pictures show held against what the program writes, but
/// for figures. DNC_REWRITE_GOLDEN=1 makes the pictures anew, of a demo at the length that DNC_TOUR_SET says (as '--set base.epochs=2'; its own if empty).
/// </summary>
public sealed partial class TourTests(ITestOutputHelper output)
{
    /// <summary>The demo within a minute or two, by the same settings for every command that names its spec.</summary>
    private const string Shortest =
        "--set base.epochs=0.2 --set base.warmupEpochs=0 --set experts.epochs=0.2 --set experts.warmupEpochs=0 --set distill.epochs=0.2 --set distill.warmupEpochs=0 --set evaluate.linearEpochs=1";

    /// <summary>Lines of a picture: more are not looked at in a tour.</summary>
    private const int MostLines = 24;

    private static readonly bool Rewrites = Environment.GetEnvironmentVariable("DNC_REWRITE_GOLDEN") == "1";
    private static readonly string Length = (Rewrites ? Environment.GetEnvironmentVariable("DNC_TOUR_SET") ?? "" : Shortest).Trim();

    [Fact]
    public async Task Every_command_of_the_tour_does_what_its_pictures_show()
    {
        TerminalRecording.Require();
        // A short name, as a person's own folder has one: it is in what is written, and in the pictures.
        var folder = Rewrites ? Directory.CreateDirectory("/tmp/tour").FullName : Directory.CreateTempSubdirectory("t").FullName;
        try
        {
            if (!Directory.Exists(Path.Combine(folder, "workflows")))
                Directory.CreateSymbolicLink(Path.Combine(folder, "workflows"), Path.Combine(Repository.Root, "workflows"));
            var steps = TourStep.All();
            Assert.Contains(steps, s => s.Line == "demo");
            var written = new List<string>();
            foreach (var step in steps)
            {
                var typed = Typed(step.Line, written);
                var (code, text) = TerminalRecording.Run(folder, typed);
                Assert.True(code == 0, $"dnc {typed}: exit code {code}\n{text}");
                written.Add(text);
                foreach (var picture in step.Pictures)
                    await HoldAsync(step, Path.Combine(TourStep.Docs, picture), text);
            }
        }
        finally
        {
            if (!Rewrites)
                Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The same command with the demo's length, and with the run's id where the page says RUN.</summary>
    private static string Typed(string line, List<string> written)
    {
        if (line == "demo" || line.Contains("workflows/demo.json", StringComparison.Ordinal))
            line = $"{line} {Length}";
        return line.Contains("RUN", StringComparison.Ordinal) ? line.Replace("RUN", RunId().Match(written[0]).Groups["id"].Value, StringComparison.Ordinal) : line;
    }

    private async Task HoldAsync(TourStep step, string path, string written)
    {
        if (path.EndsWith(".webp", StringComparison.Ordinal))
        {
            await HoldPageAsync(path, ReportPath().Match(Seen(written)).Groups["path"].Value);
            return;
        }

        using var screen = new Screen(80);
        var isLive = Path.GetFileName(path) == "live.svg";
        var moment = isLive && Rewrites ? Busiest(screen, written) : written;
        if (Rewrites)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var lines = screen.Cells(moment).SkipWhile(IsBlank).Reverse().SkipWhile(IsBlank).Reverse();
            File.WriteAllText(path, TerminalPicture.Draw("dnc " + step.Line, [.. lines.Take(MostLines)]));
            output.WriteLine($"{path} is new");
        }

        var shown = TerminalPicture.Read(File.ReadAllText(path), "dnc " + step.Line);
        if (isLive)
            Assert.Matches(@"\d+ of \d+ stages done", shown);
        else
            Assert.Equal(Shape(shown), Shape(string.Join('\n', screen.Seen(written).Split('\n').Take(MostLines))));

        static bool IsBlank(IReadOnlyList<Cell> line) => line.All(c => c.Sign == ' ');
    }

    // A section of the page that the tour's run ended with, as Chromium shows it.
    private static async Task HoldPageAsync(string path, string page)
    {
        var section = "#" + Path.GetFileNameWithoutExtension(path);
        await using var browser = await PageBrowser.OpenAsync(page);
        Assert.True(await browser.Page.Locator(section).IsVisibleAsync(), $"{page} has no {section}");
        if (Rewrites)
        {
            await browser.Page.SetViewportSizeAsync(1000, 900);
            using var picture = SKBitmap.Decode(await browser.Page.Locator(section).ScreenshotAsync(new LocatorScreenshotOptions { Animations = ScreenshotAnimations.Disabled }));
            using var cut = new SKBitmap(picture.Width, Math.Min(picture.Height, 900));
            picture.ExtractSubset(cut, SKRectI.Create(cut.Width, cut.Height));
            using var file = File.Create(path);
            cut.Encode(file, SKEncodedImageFormat.Webp, quality: 80);
        }

        Assert.InRange(new FileInfo(path).Length, 1000, 150_000);
    }

    private static string Seen(string written)
    {
        using var screen = new Screen(80);
        return screen.Seen(written);
    }

    // Of some moments that at which most is to be seen.
    private static string Busiest(Screen screen, string written)
    {
        var moments = Whole().Matches(written).Select(m => m.Index + m.Length).ToList();
        return Report.Reading.Thinned<int>.Evenly(moments, 60).Select(end => written[..end])
            .MaxBy(w => screen.Seen(w).Split('\n') is var lines ? (100 * lines.Count(l => l.StartsWith("expert", StringComparison.Ordinal) && l.EndsWith(" left", StringComparison.Ordinal))) + lines.Length : 0)!;
    }

    // What differs between two runs of it, on two machines: figures, times, ids, paths, where lines break, what became of an expert, and who was the better.
    private static string Shape(string text)
    {
        var shape = Worth().Replace(Blanks().Replace(text, " "), "WORTH");
        shape = Bars().Replace(Paths().Replace(shape, "PATH"), "─");
        shape = Units().Replace(States().Replace(shape, "STATE"), "FLOP");
        return string.Join(' ', Numbers().Replace(shape, "#").Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal).Distinct(StringComparer.Ordinal));
    }

    [GeneratedRegex("Run (\\u001b\\[[0-9;]*m)*(?<id>[0-9a-f]{8})", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex RunId();

    [GeneratedRegex(@"(?<path>/\S+\.html)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex ReportPath();

    // To the end of a picture: the next begins with the cursor's return.
    [GeneratedRegex(@"stages done.*?(?=\r(?!\n))", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex Whole();

    [GeneratedRegex(@"Measured at equal length:.*?better use of the time\.", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex Worth();

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant)]
    private static partial Regex Blanks();

    [GeneratedRegex("[━─]+", RegexOptions.CultureInvariant)]
    private static partial Regex Bars();

    [GeneratedRegex(@"/tmp/\S+", RegexOptions.CultureInvariant)]
    private static partial Regex Paths();

    [GeneratedRegex(@"\b(succeeded|skipped|reused)\b", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex States();

    [GeneratedRegex(@"\b[kMGTPE]FLOP\b", RegexOptions.CultureInvariant)]
    private static partial Regex Units();

    [GeneratedRegex(@"\b[0-9a-f]{8}\b|[−+]?\d+([.,:\-]\d+)*Z?( (s|min|h|d)\b)?", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Numbers();
}
