using System.Globalization;
using DnC.Workflow.Runtime.Hosting;

namespace DnC.Workflow.Cli;

/// <summary>Folders of workers that were given none.</summary>
internal static class WorkFolders
{
    /// <summary>
    /// The first that no worker has: one that is started again after a crash most likely gets its predecessor's, sweeps it, and so says that
    /// the predecessor is gone. Two that start at once may choose the same; the lock refuses one of them, who is told to choose.
    /// </summary>
    public static string Free(string parent)
    {
        for (var number = 1; ; number++)
        {
            var folder = Path.Combine(parent, number.ToString(CultureInfo.InvariantCulture));
            if (RootLock.Holder(folder) is null)
                return folder;
        }
    }
}
