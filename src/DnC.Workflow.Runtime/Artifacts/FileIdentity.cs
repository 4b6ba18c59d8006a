using System.Runtime.InteropServices;

namespace DnC.Workflow.Runtime.Artifacts;

/// <summary>Which bytes a name stands for: equal for two names of one file that nobody has written to in between.</summary>
/// <param name="Device">The file system.</param>
/// <param name="Inode">The file in it; not given to another one while any of its names is there.</param>
/// <param name="Size">Bytes.</param>
/// <param name="ModifiedSeconds">When it was written last: whole seconds since 1970.</param>
/// <param name="ModifiedNanoseconds">The rest of it.</param>
internal readonly partial record struct FileIdentity(ulong Device, ulong Inode, ulong Size, long ModifiedSeconds, uint ModifiedNanoseconds)
{
    private const int WorkingFolder = -100;
    private const int NoFollow = 0x100;
    private const uint BasicStats = 0x7ff;
    private const int KindMask = 0xF000;

    /// <summary>The identity of a file and how many names it has; null where the system cannot say (not Linux) or there is none.</summary>
    public static (FileIdentity Identity, uint Links)? Of(string path)
    {
        if (!OperatingSystem.IsLinux() || Stat(WorkingFolder, path, NoFollow, BasicStats, out var stat) != 0)
            return null;
        var device = ((ulong)stat.DeviceMajor << 32) | stat.DeviceMinor;
        return (new FileIdentity(device, stat.Inode, stat.Size, stat.Modified, stat.ModifiedNanoseconds), stat.Links);
    }

    /// <summary>What a path leads to, links followed: the file type bits of its mode; null where the system cannot say or it leads nowhere.</summary>
    public static int? KindOf(string path) =>
        OperatingSystem.IsLinux() && Stat(WorkingFolder, path, 0, BasicStats, out var stat) == 0 ? stat.Mode & KindMask : null;

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Stat(int folder, string path, int flags, uint mask, out Statx stat);

    /// <summary>The kernel's struct statx: the same on every architecture.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Statx
    {
        [FieldOffset(16)]
        public uint Links;

        [FieldOffset(28)]
        public ushort Mode;

        [FieldOffset(32)]
        public ulong Inode;

        [FieldOffset(40)]
        public ulong Size;

        [FieldOffset(112)]
        public long Modified;

        [FieldOffset(120)]
        public uint ModifiedNanoseconds;

        [FieldOffset(136)]
        public uint DeviceMajor;

        [FieldOffset(140)]
        public uint DeviceMinor;
    }
}
