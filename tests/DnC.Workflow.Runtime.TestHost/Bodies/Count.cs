using System.Security.Cryptography;
using System.Text;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Runtime.TestHost.Bodies;

/// <summary>
/// Training in small: a chain of hashes, a checkpoint every so many steps, and a diary of effects outside the work area that no kill takes back.
/// </summary>
public sealed class Count : IStageExecutor
{
    /// <inheritdoc/>
    public string Kind => "count";

    /// <inheritdoc/>
    public int Version => 1;

    /// <summary>The chain after all steps: what any sequence of kills must lead to.</summary>
    public static string Expected(string stage, int steps, int cost) =>
        Enumerable.Range(1, steps).Aggregate(stage, (state, step) => Next(state, step, cost));

    /// <inheritdoc/>
    public StageResult Execute(StageContext context)
    {
        var settings = context.Read<Settings>();
        using var alive = AliveLock.Hold(Path.Combine(settings.Diary, context.Stage + ".alive"));
        var diary = Path.Combine(settings.Diary, context.Stage + ".diary");
        var (step, state) = Resume(context);
        File.AppendAllText(diary, $"start {step}\n");
        while (step < settings.Steps)
        {
            step++;
            state = Next(state, step, settings.Cost);
            File.AppendAllText(diary, $"step {step}\n");
            context.Report.Progress(new StageProgress(step, settings.Steps));
            var stop = context.StopRequested();
            if (step % settings.Every == 0 || stop)
                Save(context, step, state);
            if (stop)
                throw new StageStopped();
        }

        File.WriteAllText(Path.Combine(context.OutputFolder, "result.txt"), state);
        return StageResult.Of(new { step });
    }

    private static (int Step, string State) Resume(StageContext context)
    {
        if (context.Checkpoints.ResumeFolder is not { } folder)
            return (0, context.Stage);
        var lines = File.ReadAllLines(Path.Combine(folder, "state"));
        return (int.Parse(lines[0]), lines[1]);
    }

    private static void Save(StageContext context, int step, string state)
    {
        var folder = context.Checkpoints.Begin(step);
        File.WriteAllText(Path.Combine(folder, "state"), $"{step}\n{state}\n");
        context.Checkpoints.Commit(folder, step);
    }

    private static string Next(string state, int step, int cost)
    {
        var bytes = Encoding.UTF8.GetBytes($"{state} {step}");
        for (var i = 0; i < cost; i++)
            bytes = SHA256.HashData(bytes);
        return Convert.ToHexStringLower(bytes);
    }

    /// <summary>Settings.</summary>
    /// <param name="Diary">Folder of the diary.</param>
    /// <param name="Steps">Steps in all.</param>
    /// <param name="Every">Steps between checkpoints.</param>
    /// <param name="Cost">Hashes a step.</param>
    /// <param name="Id">Makes the stage's key its own.</param>
    public sealed record Settings(string Diary, int Steps, int Every, int Cost = 1, string? Id = null);
}
