using System.Globalization;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Cli.Commands;

/// <summary>'90d', '12h', 'forever': how long something is kept.</summary>
internal static class KeepTime
{
    private const int Most = 100_000;

    /// <returns>The time; null for ever.</returns>
    /// <exception cref="UserInputException">It is not of that form.</exception>
    public static TimeSpan? Parse(string text)
    {
        if (text is "forever" or "0")
            return null;
        TimeSpan? unit = text is [.., 'd'] ? TimeSpan.FromDays(1) : text is [.., 'h'] ? TimeSpan.FromHours(1) : null;
        return unit is { } one && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is > 0 and <= Most
            ? count * one
            : throw new UserInputException($"--keep {text}: expected days or hours, as 90d or 12h (from 1 to {Most}), or 'forever' (0 is the same).");
    }

    /// <summary>The same, for people.</summary>
    public static string Text(TimeSpan time) => time.Ticks % TimeSpan.TicksPerDay == 0
        ? Count(time.Days, "day")
        : Count((int)time.TotalHours, "hour");

    private static string Count(int count, string unit) => string.Create(CultureInfo.InvariantCulture, $"{count} {unit}{(count == 1 ? "" : "s")}");
}
