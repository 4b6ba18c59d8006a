using DnC.Workflow.Runtime.TestHost.Journals;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Soak.Tests.History;

/// <summary>What was asked and told of gated runs, in numbers.</summary>
public sealed record GateFigures(int Runs, int Requests, int Asked, int Repeats, int Unanswered, int Heard, int Again, int Refused, int Untaken)
{
    /// <summary>Those of some runs.</summary>
    public static GateFigures Of(IReadOnlyList<RunHistory> runs)
    {
        var notes = runs.SelectMany(r => r.Gates).ToList();
        var heard = notes.Where(g => g.Fact == GateFact.Heard).ToList();
        return new GateFigures(
            runs.Count(r => r.Gated),
            runs.Sum(r => r.Requests.Count),
            Count(GateFact.Asked),
            notes.Count(g => g is { Fact: GateFact.Replied, Effect: GateEffect.Known }),
            Count(GateFact.Asked) - Count(GateFact.Replied),
            heard.Count,
            heard.Count - heard.DistinctBy(g => g.Request).Count(),
            Count(GateFact.Refused),
            heard.Count - Count(GateFact.Refused) - Count(GateFact.Taken));

        int Count(GateFact fact) => notes.Count(g => g.Fact == fact);
    }

    public override string ToString() =>
        $"{Runs} gated runs with {Requests} requests: asked {Asked} times, {Repeats} replied to as known, {Unanswered} without a reply; "
        + $"ends heard {Heard} times, {Again} of them again, {Refused} refused, {Untaken} heard by one who was killed";
}
