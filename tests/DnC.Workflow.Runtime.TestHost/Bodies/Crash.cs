using System.Diagnostics;
using System.Runtime.InteropServices;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Runtime.TestHost.Bodies;

/// <summary>Ends badly in its first attempts, then well.</summary>
public sealed partial class Crash : IStageExecutor
{
    /// <inheritdoc/>
    public string Kind => "crash";

    /// <inheritdoc/>
    public int Version => 1;

    /// <inheritdoc/>
    public StageResult Execute(StageContext context)
    {
        var settings = context.Read<Settings>();
        var diary = Path.Combine(settings.Diary, context.Stage + ".diary");
        File.AppendAllText(diary, "start\n");
        if (File.ReadAllLines(diary).Length > settings.Times)
            return StageResult.Of(new { attempts = settings.Times + 1 });
        context.Report.Log("about to crash");
        switch (settings.How)
        {
            case "throw":
                throw new InvalidOperationException("thrown by the body");
            case "refuse":
                throw new StageFailure("bad data in 'x'", retryable: false);
            case "lose":
                throw new InputLostException(context.Inputs.Keys.First(), "unreadable");
            case "exit":
                Environment.Exit(3);
                break;
            case "print":
                _ = Print("{ printed by native code");
                _ = Flush(0);
                throw new StageFailure("after printing", retryable: false);
            case "segv":
                // A real one, in native code: the runtime swallows a SIGSEGV that is sent.
                _ = Length(1);
                break;
            case "abort":
                Abort();
                break;
            case "kill":
                using (var self = Process.GetCurrentProcess())
                    self.Kill();
                Thread.Sleep(Timeout.Infinite);
                break;
            default:
                throw new StageFailure($"No such crash: '{settings.How}'.", retryable: false);
        }

        throw new UnreachableException();
    }

    [LibraryImport("libc", EntryPoint = "strlen")]
    private static partial nint Length(nint text);

    [LibraryImport("libc", EntryPoint = "abort")]
    private static partial void Abort();

    [LibraryImport("libc", EntryPoint = "puts", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Print(string text);

    [LibraryImport("libc", EntryPoint = "fflush")]
    private static partial int Flush(nint file);

    /// <summary>Settings.</summary>
    /// <param name="Diary">Folder of the diary.</param>
    /// <param name="How">'throw', 'refuse', 'lose', 'exit', 'print', 'segv', 'abort' or 'kill'.</param>
    /// <param name="Times">Attempts that crash.</param>
    public sealed record Settings(string Diary, string How, int Times = 1);
}
