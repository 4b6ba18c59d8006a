namespace DnC.Workflow.Report.Html;

/// <summary>Round numbers along an axis.</summary>
internal static class Ticks
{
    /// <summary>Multiples of 1, 2 or 5 times a power of ten within a range, about as many as asked for.</summary>
    public static IReadOnlyList<double> Of(double low, double high, int about)
    {
        if (!(high > low))
            return [low];
        var rough = (high - low) / about;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = power * (rough / power) switch { < 1.5 => 1, < 3 => 2, < 7 => 5, _ => 10 };
        var ticks = new List<double>();
        for (var i = Math.Ceiling((low / step) - 1e-9); i * step <= high + (1e-9 * step); i++)
            ticks.Add((i * step) + 0.0);
        return ticks;
    }

    /// <summary>Seconds for people: 1, 2, 5, 10, 15, 30 s, minutes, hours, days.</summary>
    public static double TimeStep(double seconds, int about)
    {
        double[] steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400, 172800, 604800];
        return steps.FirstOrDefault(s => seconds / s <= about, Math.Max(604800, Math.Ceiling(seconds / about / 604800) * 604800));
    }
}
