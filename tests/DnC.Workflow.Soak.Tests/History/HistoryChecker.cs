using DnC.Workflow.Soak.Tests.History.Rules;

namespace DnC.Workflow.Soak.Tests.History;

/// <summary>Holds the history of a run against the rules. Pure: what is to be known is in the history.</summary>
public static class HistoryChecker
{
    /// <summary>Every break of a rule, with the rule's name; empty: the run ended as if nothing had happened.</summary>
    /// <param name="history">The run.</param>
    /// <param name="expected">What its graph leads to.</param>
    public static IReadOnlyList<string> Check(RunHistory history, ExpectedRun expected) =>
    [
        .. Named("moves", MoveRule.Check(history)),
        .. Named("one success", SuccessRule.Check(history)),
        .. Named("fences", FenceRule.Check(history)),
        .. Named("answers", AnswerRule.Check(history)),
        .. Named("resume", ResumeRule.Check(history, expected)),
        .. Named("gates", GateRule.Check(history)),
        .. Named("ends", EndRule.Check(history)),
        .. Named("outputs", OutputRule.Check(history, expected)),
    ];

    private static IEnumerable<string> Named(string rule, IEnumerable<string> broken) => broken.Select(b => $"{rule}: {b}");
}
