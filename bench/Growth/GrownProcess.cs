using System.Diagnostics;
using System.Globalization;
using DnC.Workflow.Bench.Measuring;
using DnC.Workflow.Learning.Native;
using DnC.Workflow.Runtime.Execute.Child;

namespace DnC.Workflow.Bench.Growth;

/// <summary>One size of one case in a process of its own, whose memory is then the phase's alone.</summary>
/// <param name="Seconds">Processor time of the work.</param>
/// <param name="Megabytes">Memory of its own at most, mapped files left out.</param>
internal sealed record GrownProcess(double Seconds, double Megabytes)
{
    /// <summary>In that process.</summary>
    public static int Run(string name, string size)
    {
        TorchSettings.Apply(1);
        var grown = GrowthCases.All.Single(c => c.Name == name);
        // Small and twice beforehand, so that what is measured is not the just-in-time compiler.
        using (var warm = grown.Prepare(grown.QuickStart))
        {
            warm.Work();
            warm.Work();
        }

        using var work = grown.Prepare(int.Parse(size, CultureInfo.InvariantCulture));
        var seconds = Clock.Processor(work.Work);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{seconds:R} {ProcessMemory.Own():R}"));
        return 0;
    }

    /// <summary>Starts it, and waits.</summary>
    public static GrownProcess Measure(string name, int size)
    {
        var self = ChildCommand.Self("grow", name, size.ToString(CultureInfo.InvariantCulture));
        using var process = Process.Start(new ProcessStartInfo(self.FileName, self.Arguments) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var said = process.StandardOutput.ReadToEnd().Split(' ');
        process.WaitForExit();
        return said is [var seconds, var memory]
            ? new GrownProcess(double.Parse(seconds, CultureInfo.InvariantCulture), double.Parse(memory, CultureInfo.InvariantCulture))
            : throw new InvalidOperationException($"The process of '{name}' at {size} ended with code {process.ExitCode}.");
    }
}
