using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using DnC.Workflow.Runtime.TestHost.Journals;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Runtime.TestHost.Bodies;

/// <summary>
/// A stage of a quick graph: a chain of hashes from its inputs on, a step every so many milliseconds, a checkpoint every so many steps.
/// It journals where it begins, each checkpoint with the answer, and its end. Its outputs are a function of its settings and inputs.
/// </summary>
public sealed partial class Grow : IStageExecutor
{
    /// <summary>The output that the next stages read: the last state.</summary>
    public const string Result = "result.txt";

    /// <summary>The output that takes room.</summary>
    public const string Bulk = "bulk.bin";

    /// <inheritdoc/>
    public string Kind => "grow";

    /// <inheritdoc/>
    public int Version => 1;

    /// <inheritdoc/>
    public StageResult Execute(StageContext context)
    {
        var settings = context.Read<Settings>();
        var attempt = new DirectoryInfo(context.OutputFolder).Parent!;
        var number = attempt.Name.Split('-').Select(n => int.Parse(n, CultureInfo.InvariantCulture)).ToArray();
        var (run, stage) = (attempt.Parent!.Parent!.Name, attempt.Parent.Name);
        using var journal = Journal.OfBody(settings.Journal, $"{run}-{stage}-{attempt.Name}");

        var (step, state) = Resume(context) ?? (0, First(settings.Id, context.Inputs.ToDictionary(i => i.Key, i => File.ReadAllText(i.Value), StringComparer.Ordinal)));
        Note(JournalFact.BodyStarted);
        if (settings.Crash is { } how && File.Exists(settings.CrashWhile))
            End(how);
        while (step < settings.Steps)
        {
            if (step == settings.Steps - 1 && settings.LastStepAfter is { } file)
                AwaitFile(file, context.StopRequested);
            state = Next(state, ++step);
            Thread.Sleep(settings.StepMilliseconds);
            context.Report.Progress(new StageProgress(step, settings.Steps));
            var stop = context.StopRequested();
            if (step % settings.Every == 0 || stop)
                Save();
            if (stop)
                throw new StageStopped();
        }

        File.WriteAllText(Path.Combine(context.OutputFolder, Result), state);
        File.WriteAllBytes(Path.Combine(context.OutputFolder, Bulk), BulkOf(state, settings.Bytes));
        Note(JournalFact.BodyFinished);
        return StageResult.Of(new { step }, settings.FanOut);

        void Save()
        {
            var folder = context.Checkpoints.Begin(step);
            File.WriteAllText(Path.Combine(folder, "state"), string.Create(CultureInfo.InvariantCulture, $"{step}\n{state}\n"));
            Note(JournalFact.BodyAsked);
            try
            {
                context.Checkpoints.Commit(folder, step);
            }
            catch (StageStopped)
            {
                Note(JournalFact.BodyRefused);
                throw;
            }

            Note(JournalFact.BodyTaken);
        }

        void Note(JournalFact fact) => journal.Note(new JournalEntry
        {
            Fact = fact, Run = run, Stage = context.Stage, Generation = number[0], Attempt = number[1], Step = step, State = state,
        });
    }

    /// <summary>The state before the first step.</summary>
    /// <param name="id">The settings' id.</param>
    /// <param name="inputs">What the inputs hold, by input name.</param>
    public static string First(string id, IReadOnlyDictionary<string, string> inputs) =>
        Hash(string.Join('\n', inputs.OrderBy(i => i.Key, StringComparer.Ordinal).Select(i => $"{i.Key}={i.Value}").Prepend(id)));

    /// <summary>The state after a step.</summary>
    public static string Next(string state, long step) => Hash(string.Create(CultureInfo.InvariantCulture, $"{state} {step}"));

    /// <summary>The bytes of <see cref="Bulk"/>.</summary>
    public static byte[] BulkOf(string state, int bytes)
    {
        var bulk = new byte[bytes];
        new Random(Convert.ToInt32(state[..7], 16)).NextBytes(bulk);
        return bulk;
    }

    private static (int Step, string State)? Resume(StageContext context)
    {
        if (context.Checkpoints.ResumeFolder is not { } folder)
            return null;
        var lines = File.ReadAllLines(Path.Combine(folder, "state"));
        return (int.Parse(lines[0], CultureInfo.InvariantCulture), lines[1]);
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static void AwaitFile(string file, Func<bool> stop)
    {
        while (!File.Exists(file) && !stop())
            Thread.Sleep(5);
    }

    // Its own process by a signal of its own, or the worker that started it.
    private static void End(string how)
    {
        if (how == "abort")
            Abort();

        // A worker that is gone has left its place to another program, which is none of ours to end.
        var parent = ParentId();
        if (File.ResolveLinkTarget($"/proc/{parent}/exe", returnFinalTarget: false)?.FullName == Environment.ProcessPath)
        {
            using var worker = Process.GetProcessById(parent);
            worker.Kill();
        }

        Thread.Sleep(Timeout.Infinite);
    }

    [LibraryImport("libc", EntryPoint = "getppid")]
    private static partial int ParentId();

    [LibraryImport("libc", EntryPoint = "abort")]
    private static partial void Abort();

    /// <summary>Settings.</summary>
    /// <param name="Journal">Folder of the journals.</param>
    /// <param name="Id">Makes the stage's key its own.</param>
    /// <param name="Steps">Steps in all.</param>
    /// <param name="Every">Steps between checkpoints.</param>
    /// <param name="StepMilliseconds">What a step takes.</param>
    /// <param name="Bytes">Size of <see cref="Bulk"/>.</param>
    /// <param name="FanOut">For clustering: how many clusters there are.</param>
    /// <param name="Crash">'abort': its process dies; 'worker': the worker that runs it does; null: neither.</param>
    /// <param name="CrashWhile">It does so at its start as long as there is this file.</param>
    /// <param name="LastStepAfter">Its last step waits for this file, or null.</param>
    public sealed record Settings(
        string Journal,
        string Id,
        int Steps,
        int Every,
        int StepMilliseconds,
        int Bytes = 0,
        int? FanOut = null,
        string? Crash = null,
        string? CrashWhile = null,
        string? LastStepAfter = null);
}
