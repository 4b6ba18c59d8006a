using System.Runtime.InteropServices;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Runtime.Execute.Child;

/// <summary>The other end of <see cref="ChildProcessHost"/>: one stage body in a process of its own, which ends when its standard input closes.</summary>
public static class ChildMain
{
    /// <summary>What 'dnc stage' does. Does not return: the process ends with code 0 once the outcome is told.</summary>
    /// <param name="executors">The known executors.</param>
    /// <param name="time">Thins out progress.</param>
    public static int Main(IReadOnlyList<IStageExecutor> executors, TimeProvider time)
    {
        NativeProcess.LeaveGroup();
        using var output = NativeProcess.TakeStandardOutput();
        Console.SetOut(Console.Error);
        using var input = new StreamReader(Console.OpenStandardInput());
        var session = new ChildSession(input, new MessageWriter(output), time, LetGo);

        // A service manager may send its SIGTERM to every process of the engine: the same wish as the engine's own.
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, c => Stop(c, session));
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, c => Stop(c, session));
        session.Run(executors);

        // Not by returning: static destructors of native libraries may hang or crash, after the result is told.
        NativeProcess.ExitNow(0);
        return 0;
    }

    /// <summary>The same over any streams, for a body that is to be watched from outside.</summary>
    /// <param name="input">Lines from the engine; its end is the engine's.</param>
    /// <param name="output">Lines to the engine.</param>
    /// <param name="executors">The known executors.</param>
    /// <param name="time">Thins out progress.</param>
    /// <param name="letGo">Called, on another thread, when the input ends before the body does.</param>
    public static void Run(Stream input, Stream output, IReadOnlyList<IStageExecutor> executors, TimeProvider time, Action letGo)
    {
        var lines = new StreamReader(input);
        new ChildSession(lines, new MessageWriter(output), time, letGo).Run(executors);
    }

    private static void Stop(PosixSignalContext context, ChildSession session)
    {
        context.Cancel = true;
        session.StopFor(context.Signal);
    }

    /// <summary>The engine is gone. SIGKILL, because it works whatever the body is in the middle of, native code included.</summary>
    private static void LetGo()
    {
        using var self = System.Diagnostics.Process.GetCurrentProcess();
        self.Kill();
    }
}
