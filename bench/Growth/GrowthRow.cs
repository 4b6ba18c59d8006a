using DnC.Workflow.Bench.Measuring;

namespace DnC.Workflow.Bench.Growth;

/// <summary>Each case at 1, 10 and 100 times its size, each in a process of its own: exponents of time and memory, and where this machine's memory ends.</summary>
internal static class GrowthRow
{
    private static readonly int[] Factors = [1, 10, 100];

    public static Table Measure(BenchSettings settings)
    {
        var (rows, lines) = (new List<string[]>(), new List<GrowthLine>());
        var available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1e6;
        foreach (var grown in GrowthCases.All)
        {
            var start = settings.Pick(grown.QuickStart, grown.Start);
            var measured = Factors.Select(f => GrownProcess.Measure(grown.Name, start * f)).ToArray();
            var line = new GrowthLine($"{grown.Phase}, by {grown.Grows}", [.. measured.Select(m => m.Seconds)]);
            lines.Add(line);
            // What it holds more at the largest size, by what there is more of; at the smallest, much has not been used yet.
            var each = (measured[2].Megabytes - measured[1].Megabytes) / (start * 90.0);
            rows.Add(
            [
                grown.Phase, grown.Grows, $"{start}", .. measured.Select(m => Report.Number(m.Seconds)), Report.Number(line.Exponent(0, 1)), Report.Number(line.Exponent(1, 2)),
                .. measured.Select(m => Report.Number(m.Megabytes)), each * start > 0.05 ? $"{(available - measured[0].Megabytes) / each:0.0E+0} {grown.Grows}" : "none seen",
            ]);
        }

        if (settings.Pictures is { } folder)
            File.WriteAllText(Path.Combine(folder, "growth.svg"), GrowthPicture.Draw(lines));
        return new Table(
            "Growth of each phase, one thread",
            ["phase", "grows", "×1 is", "×1 s", "×10 s", "×100 s", "exponent to ×10", "to ×100", "×1 MB", "×10 MB", "×100 MB", "memory full at"],
            rows,
            $"Processor time; memory is the process's own at the end, mapped files left out, of which a process with libtorch alone has {Report.Number(Baseline())}. 'Memory full' is where a straight line through ×10 and ×100 meets this machine's {available / 1000:0} GB. "
            + "An exponent of 1 is linear. Workers: the row 'throughput' of the durability benchmark.");
    }

    private static double Baseline()
    {
        Learning.Native.TorchSettings.Apply(1);
        return ProcessMemory.Own();
    }
}

/// <summary>Times at growing sizes, each ten times the one before.</summary>
/// <param name="Name">For people.</param>
/// <param name="Seconds">By size.</param>
internal sealed record GrowthLine(string Name, IReadOnlyList<double> Seconds)
{
    /// <summary>The power of the size with which time grows from one size to the next.</summary>
    public double Exponent(int from, int to) => Math.Log10(Math.Max(1e-4, Seconds[to]) / Math.Max(1e-4, Seconds[from]));
}
