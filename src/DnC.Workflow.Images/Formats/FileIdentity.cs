using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace DnC.Workflow.Images.Formats;

/// <summary>What tells that a file is still the one it was: its length in bytes and its modification time in UTC ticks.</summary>
public readonly record struct FileIdentity(long Length, long ModifiedTicks)
{
    /// <summary>Of an open file.</summary>
    public static FileIdentity Of(SafeFileHandle file) => new(RandomAccess.GetLength(file), File.GetLastWriteTimeUtc(file).Ticks);

    /// <summary><c>length:ticks</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Length}:{ModifiedTicks}");
}
