using System.Globalization;

namespace DnC.Workflow.Cli.Terminal;

/// <summary>Times as people say them.</summary>
public static class Durations
{
    /// <summary>'8 s', '3 min 20 s', '5 h 12 min', '3 d 4 h'.</summary>
    public static string Short(TimeSpan time)
    {
        var t = time < TimeSpan.Zero ? TimeSpan.Zero : time;
        return t switch
        {
            { TotalSeconds: < 9.95 } => t.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture) + " s",
            { TotalSeconds: < 60 } => t.TotalSeconds.ToString("0", CultureInfo.InvariantCulture) + " s",
            { TotalMinutes: >= 10, TotalHours: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{t.Minutes} min"),
            { TotalHours: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{t.Minutes} min {t.Seconds} s"),
            { TotalDays: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{t.Hours} h {t.Minutes} min"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{(int)t.TotalDays} d {t.Hours} h"),
        };
    }
}
