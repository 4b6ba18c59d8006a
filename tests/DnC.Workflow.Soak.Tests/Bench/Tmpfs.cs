namespace DnC.Workflow.Soak.Tests.Bench;

/// <summary>A small disk of memory, mounted over a folder.</summary>
public sealed class Tmpfs : IDisposable
{
    private readonly string _folder;

    private Tmpfs(string folder) => _folder = folder;

    /// <summary>Mounts one.</summary>
    /// <returns>Null, or why it cannot be.</returns>
    public static string? Mount(string folder, int mebibytes, out Tmpfs? disk)
    {
        var why = Environment.IsPrivilegedProcess
            ? Shell.Try("mount", "-t", "tmpfs", "-o", $"size={mebibytes}m", "tmpfs", folder)
            : "only root can mount a small disk";
        disk = why is null ? new Tmpfs(folder) : null;
        return why;
    }

    /// <summary>Fills it to the last byte until the result is disposed.</summary>
    public IDisposable Fill()
    {
        var ballast = new FileStream(Path.Combine(_folder, ".ballast"), FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose);
        var block = new byte[1 << 16];
        for (var length = block.Length; length > 0;)
        {
            try
            {
                ballast.Write(block.AsSpan(0, length));
            }
            catch (IOException)
            {
                // Full for a block of this length: then for smaller ones.
                length /= 2;
            }
        }

        return ballast;
    }

    public void Dispose() => Shell.Must("umount", "-l", _folder);
}
