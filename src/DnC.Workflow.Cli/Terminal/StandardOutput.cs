using System.Runtime.InteropServices;

namespace DnC.Workflow.Cli.Terminal;

/// <summary>Standard output as the system sees it: .NET's writes to a pipe that nobody reads vanish without an error.</summary>
internal static partial class StandardOutput
{
    private const int Descriptor = 1;
    private const short Error = 0x8;
    private const short HungUp = 0x10;

    /// <summary>Whether it is a pipe whose reader is gone, as after 'dnc run … | head'. Never on Windows, which has no such call.</summary>
    public static bool IsUnread
    {
        get
        {
            if (OperatingSystem.IsWindows() || !Console.IsOutputRedirected)
                return false;
            var asked = new Asked { Descriptor = Descriptor };
            return Poll(ref asked, 1, 0) > 0 && (asked.Found & (Error | HungUp)) != 0;
        }
    }

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(ref Asked asked, nuint count, int milliseconds);

    [StructLayout(LayoutKind.Sequential)]
    private struct Asked
    {
        public int Descriptor;
        public short Wanted;
        public short Found;
    }
}
