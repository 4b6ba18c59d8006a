using DnC.Workflow.Runtime.TestHost.Journals;
using DnC.Workflow.Stages.Lifecycle;

namespace DnC.Workflow.Soak.Tests.History.Rules;

/// <summary>
/// What the ledger answered is what it holds: a success that was taken is the attempt's, one that was refused is not, whoever was refused
/// had lost the stage, and what was not asked for did not happen.
/// </summary>
public static class AnswerRule
{
    public static IEnumerable<string> Check(RunHistory history)
    {
        foreach (var (attempt, journal) in AttemptJournal.Of(history))
        {
            var name = $"'{attempt.Stage}' attempt {attempt.Generation}-{attempt.Number}";
            var (asked, completed) = (journal.Has(JournalFact.CompletionAsked), attempt.Outcome == StageEvent.Completed);
            if (asked && journal.Has(JournalFact.OutcomeTaken) && !completed)
                yield return $"{name}: its success was taken, but it ended as {attempt.Outcome}";
            if (asked && journal.Has(JournalFact.OutcomeRefused) && !WasLost(attempt))
                yield return $"{name}: its success was refused, but it ended as {attempt.Outcome}";
            if (completed && !(asked && journal.Has(JournalFact.BodyFinished)))
                yield return $"{name}: completed, but nobody asked for it";
            if (completed && journal.Has(JournalFact.OutcomeRefused))
                yield return $"{name}: completed, and refused";
            if (journal.Checkpoints().Any(c => c.Answer == Answer.Refused) && !WasLost(attempt))
                yield return $"{name}: a checkpoint was refused, but it ended as {attempt.Outcome}";
        }
    }

    private static bool WasLost(AttemptFact attempt) => attempt.Outcome is StageEvent.LeaseExpired or StageEvent.GaveUp or StageEvent.RunCancelled;
}
