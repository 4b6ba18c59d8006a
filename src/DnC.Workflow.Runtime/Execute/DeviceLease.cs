using DnC.Workflow.Runtime.Artifacts;
using DnC.Workflow.Runtime.Locks;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Runtime.Execute;

/// <summary>
/// The right to use a device: one process at a time. Held by the process that uses it, so that an orphan whose engine was killed can
/// neither train on beside its successor nor be overlooked.
/// </summary>
public static class DeviceLease
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(200);

    /// <summary>Takes the device, waiting for whoever has it.</summary>
    /// <param name="device">The device; one without a lock file needs no taking.</param>
    /// <param name="stage">Who asks, for those who wait behind it.</param>
    /// <param name="time">For the waits.</param>
    /// <param name="stopRequested">Ends the wait.</param>
    /// <param name="waits">Told who has it, when that changes.</param>
    /// <returns>Lets go of it when disposed; the process's death does too.</returns>
    /// <exception cref="StageStopped">Asked to stop before the device was free.</exception>
    /// <exception cref="CannotBeginException">The lock cannot be made.</exception>
    public static IDisposable? Take(DeviceUse device, string stage, TimeProvider time, Func<bool> stopRequested, Action<string> waits)
    {
        if (device.LockFile is not { } path)
            return null;
        var file = Open(device, path);
        try
        {
            string? told = null;
            while (!file.TryLock())
            {
                if (stopRequested())
                    throw new StageStopped();
                var holder = file.Read<DeviceHolder>();
                var text = holder is null
                    ? $"waits for {device.Name}, which another process uses"
                    : $"waits for {device.Name}, which process {holder.Pid} uses ({holder.Stage})";
                if (text != told)
                    waits(told = text);
                time.Block(LookEvery, CancellationToken.None);
            }

            file.Sign(new DeviceHolder(Environment.ProcessId, stage));
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static LockFile Open(DeviceUse device, string path)
    {
        try
        {
            var folder = Path.GetDirectoryName(path)!;
            if (!Directory.Exists(folder))
                MakeForEverybody(folder);
            return LockFile.Open(path, shared: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CannotBeginException(
                $"the lock of device {device.Name} cannot be made at '{path}' ({e.Message.TrimEnd('.')}). Make the folder writable for all who run workers here, or name another with DNC_DEVICE_LOCKS.", e)
            {
                Retryable = false,
            };
        }
    }

    // As /tmp is: whoever runs a worker on this machine may make a lock, and nobody delete another's.
    private static void MakeForEverybody(string folder)
    {
        Directory.CreateDirectory(folder);
        if (!OperatingSystem.IsWindows())
        {
            const UnixFileMode all = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
                | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
                | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute | UnixFileMode.StickyBit;
            File.SetUnixFileMode(folder, all);
        }
    }
}
