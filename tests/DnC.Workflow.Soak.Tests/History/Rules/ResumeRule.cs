using DnC.Workflow.Stages.Lifecycle;

namespace DnC.Workflow.Soak.Tests.History.Rules;

/// <summary>
/// An attempt goes on from the last checkpoint that the ledger took in its generation, exactly: from no later one that was refused, and no
/// earlier one. Where nobody lived to note an answer, that checkpoint may be it. A checkpoint taken from an attempt that had lost the stage
/// would be one that its successor did not get. Who had lost the stage before its body began may find that checkpoint gone, and begin afresh.
/// </summary>
public static class ResumeRule
{
    public static IEnumerable<string> Check(RunHistory history, ExpectedRun expected)
    {
        foreach (var attempts in AttemptJournal.Of(history).GroupBy(a => (a.Attempt.Stage, a.Attempt.Generation)))
        {
            long? named = null;
            var perhaps = new List<long>();
            foreach (var (attempt, journal) in attempts.OrderBy(a => a.Attempt.Number))
            {
                var name = $"'{attempt.Stage}' attempt {attempt.Generation}-{attempt.Number}";
                if (attempt.ResumedAtStep != named && !(attempt.ResumedAtStep is { } at && perhaps.Contains(at)))
                    yield return $"{name} was given the checkpoint of {Step(attempt.ResumedAtStep)}; the last one named is of {Step(named)}";
                if (journal.Starts.Count() > 1)
                    yield return $"{name} was begun {journal.Starts.Count()} times";
                foreach (var start in journal.Starts)
                {
                    if (start.Step != (attempt.ResumedAtStep ?? 0) && !(start.Step == 0 && attempt.Outcome is StageEvent.LeaseExpired))
                        yield return $"{name} began at step {start.Step}, given {Step(attempt.ResumedAtStep)}";
                    if (start.State != expected.StateAt(attempt.Stage, start.Step ?? -1))
                        yield return $"{name} began at step {start.Step} in a state that is not of that step";
                }

                named = attempt.ResumedAtStep;
                perhaps.Clear();
                foreach (var checkpoint in journal.Checkpoints())
                {
                    if (checkpoint.State != expected.StateAt(attempt.Stage, checkpoint.Step))
                        yield return $"{name} wrote a checkpoint of step {checkpoint.Step} that is not of that step";
                    if (checkpoint.Answer == Answer.Taken)
                    {
                        named = checkpoint.Step;
                        perhaps.Clear();
                    }
                    else if (checkpoint.Answer == Answer.Unknown)
                    {
                        perhaps.Add(checkpoint.Step);
                    }
                }
            }
        }
    }

    private static string Step(long? step) => step is null ? "no step" : $"step {step}";
}
