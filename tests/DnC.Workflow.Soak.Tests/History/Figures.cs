using DnC.Workflow.Runtime.TestHost.Journals;
using DnC.Workflow.Stages.Lifecycle;

namespace DnC.Workflow.Soak.Tests.History;

/// <summary>What runs went through, in numbers.</summary>
public sealed record Figures(int Runs, int Stages, int Attempts, int Resumes, int Lost, int Released, int Failed, int Reused, int RefusedCheckpoints, int RefusedOutcomes)
{
    /// <summary>Those of some runs.</summary>
    public static Figures Of(IReadOnlyList<RunHistory> runs)
    {
        return new Figures(
            runs.Count, runs.Sum(r => r.Stages.Count), runs.Sum(r => r.Attempts.Count), runs.Sum(r => r.Attempts.Count(a => a.ResumedAtStep is not null)),
            Ended(StageEvent.LeaseExpired), Ended(StageEvent.Released), Ended(StageEvent.AttemptFailed),
            runs.Sum(r => r.Stages.Count(s => s.State == StageState.Reused)),
            Noted(JournalFact.CheckpointRefused), Noted(JournalFact.OutcomeRefused));

        int Ended(StageEvent outcome) => runs.Sum(r => r.Attempts.Count(a => a.Outcome == outcome));

        int Noted(JournalFact fact) => runs.Sum(r => r.Journal.Count(j => j.Fact == fact));
    }

    public override string ToString() =>
        $"{Runs} runs of {Stages} stages: {Attempts} attempts, {Resumes} of them resumed; ended otherwise: {Lost} lost, {Released} released, {Failed} failed; "
        + $"{Reused} stages reused; refused: {RefusedCheckpoints} checkpoints, {RefusedOutcomes} outcomes";
}
