using System.Globalization;

namespace DnC.Workflow.Stages.Figures;

/// <summary>Times as people say them, in the terminal and in reports alike.</summary>
public static class Durations
{
    /// <summary>'1.5 s', '8 s', '3 min 20 s', '12 min', '5 h 12 min', '3 d 4 h'; what is none is not said ('3 min'). Below zero: '0.0 s'.</summary>
    public static string Short(TimeSpan time)
    {
        if (time.TotalSeconds < 9.95)
            return Math.Max(0, time.TotalSeconds).ToString("0.0", CultureInfo.InvariantCulture) + " s";
        // Rounded first: 59.7 s is a minute, not 60 s.
        var t = TimeSpan.FromSeconds(Math.Round(time.TotalSeconds));
        return t switch
        {
            { TotalMinutes: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{t.Seconds} s"),
            { TotalMinutes: < 10, Seconds: > 0 } => string.Create(CultureInfo.InvariantCulture, $"{t.Minutes} min {t.Seconds} s"),
            { TotalHours: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{t.Minutes} min"),
            { TotalDays: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{t.Hours} h{(t.Minutes > 0 ? $" {t.Minutes} min" : "")}"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{(int)t.TotalDays} d{(t.Hours > 0 ? $" {t.Hours} h" : "")}"),
        };
    }
}
