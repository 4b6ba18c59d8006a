using System.Runtime.InteropServices;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Runtime.TestHost.Bodies;

/// <summary>Never ends by itself: deaf to every wish in native code, or waiting for one.</summary>
public sealed partial class Hang : IStageExecutor
{
    /// <inheritdoc/>
    public string Kind => "hang";

    /// <inheritdoc/>
    public int Version => 1;

    /// <inheritdoc/>
    public StageResult Execute(StageContext context)
    {
        var settings = context.Read<Settings>();
        using var alive = AliveLock.Hold(Path.Combine(settings.Diary, context.Stage + ".alive"));
        File.AppendAllText(Path.Combine(settings.Diary, context.Stage + ".diary"), "start\n");
        var folder = context.Checkpoints.Begin(1);
        context.Checkpoints.Commit(folder, 1);
        while (settings.Deaf || !context.StopRequested())
        {
            if (settings.Deaf)
                _ = Pause();
            else
                Thread.Sleep(1);
        }

        throw new StageStopped();
    }

    [LibraryImport("libc", EntryPoint = "pause")]
    private static partial int Pause();

    /// <summary>Settings.</summary>
    /// <param name="Diary">Folder of the diary.</param>
    /// <param name="Deaf">Whether it sits in native code and hears nothing.</param>
    /// <param name="Id">Makes the stage's key its own.</param>
    public sealed record Settings(string Diary, bool Deaf, string? Id = null);
}
