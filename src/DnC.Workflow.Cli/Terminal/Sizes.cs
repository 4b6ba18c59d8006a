using System.Globalization;

namespace DnC.Workflow.Cli.Terminal;

/// <summary>Sizes as people say them.</summary>
public static class Sizes
{
    private static readonly string[] Units = ["KiB", "MiB", "GiB", "TiB", "PiB"];

    /// <summary>'17 bytes', '1.5 KiB', '312 MiB'.</summary>
    public static string Short(long bytes)
    {
        if (bytes < 1024)
            return string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes");
        var (size, unit) = (bytes / 1024.0, 0);
        for (; size >= 999.5 && unit < Units.Length - 1; unit++)
            size /= 1024;
        return size.ToString(size < 9.95 ? "0.0" : "0", CultureInfo.InvariantCulture) + " " + Units[unit];
    }
}
