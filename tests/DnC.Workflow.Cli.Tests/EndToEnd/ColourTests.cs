using System.Diagnostics;

namespace DnC.Workflow.Cli.Tests.EndToEnd;

/// <summary>Colours on a terminal, which util-linux's 'script' stands for.</summary>
public sealed class ColourTests(FinishedRun finished)
{
    private const string Foreground = "\u001b[3";
    private const string Script = "/usr/bin/script";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_terminal_has_colours_unless_NO_COLOR_is_set(bool noColour)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists(Script), $"no terminal: {Script} does not exist");
        var start = new ProcessStartInfo(Script, ["-qec", $"{Path.Combine(AppContext.BaseDirectory, "dnc")} status --root {finished.Root}", "/dev/null"])
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
        };
        start.Environment["TERM"] = "xterm-256color";
        start.Environment.Remove("NO_COLOR");
        if (noColour)
            start.Environment["NO_COLOR"] = "1";
        using var process = Process.Start(start)!;
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Contains("succeeded", text, StringComparison.Ordinal);
        Assert.Equal(!noColour, text.Contains(Foreground, StringComparison.Ordinal));
    }
}
