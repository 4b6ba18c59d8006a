using DnC.Workflow.Runtime.TestHost.Journals;

namespace DnC.Workflow.Soak.Tests.History;

/// <summary>What the ledger answered to a checkpoint, as far as a process lived to note it.</summary>
public enum Answer
{
    /// <summary>Nobody noted it: the ledger may have named the checkpoint or not.</summary>
    Unknown,

    /// <summary>It is the resume point.</summary>
    Taken,

    /// <summary>The fence was an old one.</summary>
    Refused,
}

/// <summary>A checkpoint of a body.</summary>
/// <param name="Step">Of that step.</param>
/// <param name="State">What it holds.</param>
/// <param name="Answer">The ledger's answer.</param>
public sealed record AskedCheckpoint(long Step, string State, Answer Answer);

/// <summary>The journals of one attempt: its engine's and its body's.</summary>
public sealed class AttemptJournal
{
    private readonly List<JournalEntry> _entries;

    private AttemptJournal(IEnumerable<JournalEntry> entries) => _entries = [.. entries];

    /// <summary>Each attempt of a history with its journals.</summary>
    public static IEnumerable<(AttemptFact Attempt, AttemptJournal Journal)> Of(RunHistory history)
    {
        var entries = history.Journal.ToLookup(j => (j.Stage, j.Generation, j.Attempt));
        return history.Attempts.Select(a => (a, new AttemptJournal(entries[(a.Stage, a.Generation, a.Number)])));
    }

    /// <summary>Where bodies began: one, or none where the attempt did not come so far.</summary>
    public IEnumerable<JournalEntry> Starts => _entries.Where(e => e.Fact == JournalFact.BodyStarted);

    /// <summary>Whether something was noted.</summary>
    public bool Has(JournalFact fact) => _entries.Exists(e => e.Fact == fact);

    /// <summary>Its checkpoints in order. An answer is known from the engine, which heard it first, or from the body.</summary>
    public IEnumerable<AskedCheckpoint> Checkpoints()
    {
        var engine = Answers(JournalFact.CheckpointTaken, JournalFact.CheckpointRefused);
        var body = Answers(JournalFact.BodyTaken, JournalFact.BodyRefused);
        return _entries.Where(e => e.Fact == JournalFact.BodyAsked)
            .Select((e, i) => new AskedCheckpoint(e.Step ?? -1, e.State ?? "", i < engine.Count ? engine[i] : body.ElementAtOrDefault(i)));
    }

    private List<Answer> Answers(JournalFact taken, JournalFact refused) =>
        [.. _entries.Where(e => e.Fact == taken || e.Fact == refused).Select(e => e.Fact == taken ? Answer.Taken : Answer.Refused)];
}
