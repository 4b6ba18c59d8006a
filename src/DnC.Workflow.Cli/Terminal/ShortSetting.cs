namespace DnC.Workflow.Cli.Terminal;

/// <summary>A setting in as much room as there is, broken nowhere: 'data.path=…/w/flat'.</summary>
internal static class ShortSetting
{
    /// <summary>The setting whole where it fits; a path without the folders that it begins with, anything else without its end.</summary>
    /// <param name="setting">'path=value'.</param>
    /// <param name="room">Characters that there are.</param>
    public static string Of(string setting, int room)
    {
        if (setting.Length <= room)
            return setting;
        var value = setting.IndexOf('=', StringComparison.Ordinal) + 1;
        for (var slash = setting.IndexOf('/', value); slash >= 0; slash = setting.IndexOf('/', slash + 1))
        {
            if (value + 1 + setting.Length - slash <= room)
                return $"{setting[..value]}…{setting[slash..]}";
        }

        return setting[..Math.Max(0, room - 1)] + "…";
    }
}
