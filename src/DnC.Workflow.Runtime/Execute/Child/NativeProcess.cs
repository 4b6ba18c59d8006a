using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace DnC.Workflow.Runtime.Execute.Child;

/// <summary>The few process calls that .NET does not have. Each does nothing on Windows, where consoles and handles work otherwise.</summary>
public static partial class NativeProcess
{
    private const int Sigkill = 9;
    private const int NotPermitted = 1;

    /// <summary>Puts the calling process into a group of its own, so that a Ctrl-C for the engine does not reach it.</summary>
    public static void LeaveGroup()
    {
        // Not permitted to the leader of a session, which has a group of its own already.
        if (!OperatingSystem.IsWindows() && SetProcessGroup(0, 0) != 0 && Marshal.GetLastPInvokeError() != NotPermitted)
            throw new InvalidOperationException($"setpgid failed with error {Marshal.GetLastPInvokeError()}.");
    }

    /// <summary>Ends a process group that its leader's id names. A group that is gone, or not made yet, is no error.</summary>
    public static void KillGroup(int leader)
    {
        if (!OperatingSystem.IsWindows())
            _ = Kill(-leader, Sigkill);
    }

    /// <summary>Ends the calling process at once: no handlers, no finalizers, no library's clean-up that might hang or crash.</summary>
    public static void ExitNow(int code)
    {
        if (OperatingSystem.IsWindows())
            Environment.Exit(code);
        Exit(code);
    }

    /// <summary>
    /// Takes standard output for the protocol and points descriptor 1 at standard error: what a native library prints goes to the log.
    /// </summary>
    public static Stream TakeStandardOutput()
    {
        var own = OperatingSystem.IsWindows() ? -1 : Duplicate(1);
        if (own < 0 || DuplicateTo(2, 1) < 0)
            return Console.OpenStandardOutput();
        return new FileStream(new SafeFileHandle(own, ownsHandle: true), FileAccess.Write, bufferSize: 0);
    }

    [LibraryImport("libc", EntryPoint = "setpgid", SetLastError = true)]
    private static partial int SetProcessGroup(int process, int group);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void Exit(int code);

    [LibraryImport("libc", EntryPoint = "dup", SetLastError = true)]
    private static partial int Duplicate(int descriptor);

    [LibraryImport("libc", EntryPoint = "dup2", SetLastError = true)]
    private static partial int DuplicateTo(int descriptor, int target);
}
