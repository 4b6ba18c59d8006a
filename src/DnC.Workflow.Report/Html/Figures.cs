using System.Globalization;
using DnC.Workflow.Stages.Figures;

namespace DnC.Workflow.Report.Html;

/// <summary>Numbers as people read them.</summary>
internal static class Figures
{
    private static readonly NumberFormatInfo Grouped = new() { NumberGroupSeparator = "\u202f", NumberGroupSizes = [3], NumberDecimalSeparator = "." };

    /// <summary>'12 400', with narrow spaces.</summary>
    public static string Count(double value) => value.ToString("#,0", Grouped);

    /// <summary>'3 images', '1 image'.</summary>
    public static string Count(long count, string one, string? many = null) => $"{Count(count)} {(count == 1 ? one : many ?? one + "s")}";

    /// <summary>'37.4'.</summary>
    public static string Tenth(double value) => value.ToString("0.0", CultureInfo.InvariantCulture);

    /// <summary>'+3.7', '−0.4'.</summary>
    public static string Gain(double value) => value.ToString("+0.0;−0.0;0.0", CultureInfo.InvariantCulture);

    /// <summary>'24.8 %' of a share from 0 to 1, which no line breaks.</summary>
    public static string Percent(double share) => share.ToString(share is > 0 and < 0.0995 ? "0.0\u00a0%" : "0\u00a0%", CultureInfo.InvariantCulture);

    /// <summary>Three or four digits of any size: '0.0125', '1.43e-5', '12 400'.</summary>
    public static string Short(double value) => Math.Abs(value) switch
    {
        0 => "0",
        < 0.001 or >= 1e7 => value.ToString("0.##e0", CultureInfo.InvariantCulture),
        < 1 => value.ToString("0.####", CultureInfo.InvariantCulture),
        < 100 => value.ToString("0.##", CultureInfo.InvariantCulture),
        _ => Count(value),
    };

    /// <summary>As <see cref="Durations.Short"/>.</summary>
    public static string Time(double seconds) => Durations.Short(TimeSpan.FromSeconds(seconds));

    /// <summary>'2026-11-30 12:54 UTC'.</summary>
    public static string At(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
