using System.Globalization;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Cli.Terminal;

/// <summary>Events in words, for people; the ledger's own names are in 'events --json' and in a pipe.</summary>
internal static class EventWords
{
    /// <summary>What is worth saying of an event beside its stage and what that became: 'attempt 1-2, on node-3:4711'.</summary>
    /// <param name="happened">The event.</param>
    /// <param name="attempt">The attempt that it is of, or null.</param>
    public static string Of(LedgerEvent happened, AttemptView? attempt)
    {
        var parts = new List<string>();
        if (happened.To == StageState.Running && (happened.Generation, happened.Attempt) != (1, 1))
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"attempt {happened.Generation}-{happened.Attempt}"));
        if (happened is { Event: StageEvent.Claimed, Worker: { } worker })
            parts.Add($"on {Process(worker)}");
        if (Of(happened.Event) is { Length: > 0 } words)
            parts.Add(words);
        if (happened.From == StageState.Running && attempt is not null)
        {
            if (attempt.ResumedAtStep is { } from)
                parts.Add(string.Create(CultureInfo.InvariantCulture, $"had gone on from step {from}"));
            if (happened.To != StageState.Succeeded && attempt.Progress is { Step: > 0 } seen)
                parts.Add(string.Create(CultureInfo.InvariantCulture, $"last seen at step {seen.Step} of {seen.Steps}"));
        }

        if (happened.Detail is { } detail)
            parts.Add(detail.ReplaceLineEndings(" "));
        return string.Join(", ", parts);
    }

    /// <summary>What was wanted of a run, as a participle.</summary>
    public static string Of(RunWishEvent wanted) => wanted switch
    {
        RunWishEvent.Continued => "resumed",
        RunWishEvent.GatesOpened => "let go on",
        RunWishEvent.Unpaused => "resumed",
        _ => wanted.ToString().ToLowerInvariant(),
    };

    private static string Of(StageEvent happened) => happened switch
    {
        StageEvent.ClusterAbsent => "its cluster does not exist",
        StageEvent.Released => "given back",
        StageEvent.LeaseExpired => "its claim ran out",
        StageEvent.InputLost => "an input was lost",
        StageEvent.OutputLost => "its output was lost",
        StageEvent.QueueTimedOut => "nobody took it in time",
        StageEvent.AttemptFailed => "failed, to be tried again",
        StageEvent.UpstreamRerun => "a stage before it is done again",
        StageEvent.Continued => "resumed",
        StageEvent.Rerun => "to be done again",
        // What it became says it.
        _ => "",
    };

    // 'host:process' of 'host:process:start:slot'; the rest tells claims of one process apart.
    private static string Process(string worker) => worker.Split(':') is [var host, var process, ..] ? $"{host}:{process}" : worker;
}
