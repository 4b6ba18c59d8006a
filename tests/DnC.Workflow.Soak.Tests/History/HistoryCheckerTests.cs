using DnC.Workflow.Runtime.TestHost.Journals;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;
using static DnC.Workflow.Soak.Tests.History.ForgedHistory;

namespace DnC.Workflow.Soak.Tests.History;

/// <summary>The checker passes what is right, and rejects each forged history by the rule that it breaks.</summary>
public sealed class HistoryCheckerTests
{
    private static readonly Dictionary<string, (string Says, RunHistory History)> Forged = new(StringComparer.Ordinal)
    {
        ["a second success"] = ("one success: 's[0]' succeeded 2 times", Good with
        {
            Events = [.. Good.Events, Event(6, 2, StageEvent.Completed, StageState.Running, StageState.Succeeded)],
        }),
        ["no success"] = ("one success", Good with { Events = [.. Good.Events.SkipLast(1)] }),
        ["a move that is not in the table"] = ("moves: event 3 of 's[0]': Running --LeaseExpired--> Waiting", Good with
        {
            Events = [.. Good.Events.Select(e => e.Sequence == 3 ? e with { To = StageState.Waiting } : e)],
        }),
        ["an event that begins elsewhere"] = ("moves: event 4 takes 's[0]' from Ready, but it was Running", Good with
        {
            Events = [.. Good.Events.Where(e => e.Sequence != 3)],
        }),
        ["a generation out of nowhere"] = ("of generation 2 after 1", Good with
        {
            Events = [.. Good.Events.Select(e => e.Sequence == 5 ? e with { Generation = 2 } : e)],
        }),
        ["another state than its events lead to"] = ("moves: 's[0]' is Failed", Good with { Stages = [Good.Stages[0] with { State = StageState.Failed }] }),
        ["events out of order"] = ("order of their numbers", Good with { Events = [Good.Events[0], Good.Events[2], Good.Events[1], Good.Events[3], Good.Events[4]] }),
        ["a fence given twice"] = ("fences: 's[0]': fence 1 of attempt 1-2 after 1", Good with { Attempts = [Good.Attempts[0], Good.Attempts[1] with { Fence = 1 }] }),
        ["an attempt that was not counted"] = ("fences: 's[0]': attempt 1-3 after attempt 1-1", Good with { Attempts = [Good.Attempts[0], Good.Attempts[1] with { Number = 3 }] }),
        ["a claim without an attempt"] = ("its claims are not its attempts", Good with { Attempts = [Good.Attempts[0]] }),
        ["an attempt that never ended"] = ("ended as nothing", Good with { Attempts = [Good.Attempts[0], Good.Attempts[1] with { Outcome = null }] }),
        ["a worker with a fence of its own making"] = ("held fence 7", With(JournalFact.Claimed, 1, null, Engine(JournalFact.Claimed, 1) with { Fence = 7 })),
        ["a stale success that was taken"] = ("answers: 's[0]' attempt 1-1: its success was taken, but it ended as LeaseExpired",
            With(JournalFact.Left, 1, null, Engine(JournalFact.CompletionAsked, 1), Engine(JournalFact.OutcomeTaken, 1))),
        ["a success that was refused and happened"] = ("answers: 's[0]' attempt 1-2: its success was refused",
            With(JournalFact.OutcomeTaken, 2, null, Engine(JournalFact.OutcomeRefused, 2))),
        ["a success that nobody asked for"] = ("nobody asked for it", With(JournalFact.CompletionAsked, 2, null)),
        ["a refused checkpoint of the attempt that succeeded"] = ("a checkpoint was refused, but it ended as Completed",
            With(JournalFact.CheckpointTaken, 2, null, Engine(JournalFact.CheckpointRefused, 2))),
        ["a stale checkpoint that was taken"] = ("resume: 's[0]' attempt 1-2 was given the checkpoint of step 2; the last one named is of step 4",
            With(JournalFact.CheckpointRefused, 1, null, Engine(JournalFact.CheckpointTaken, 1))),
        ["a resume from a refused checkpoint"] = ("resume: 's[0]' attempt 1-2 was given the checkpoint of step 4", Good with { Attempts = [Good.Attempts[0], Good.Attempts[1] with { ResumedAtStep = 4 }] }),
        ["a fresh start in spite of a checkpoint"] = ("resume: 's[0]' attempt 1-2 was given the checkpoint of no step", Good with { Attempts = [Good.Attempts[0], Good.Attempts[1] with { ResumedAtStep = null }] }),
        ["a body that began elsewhere"] = ("began at step 0, given step 2", With(JournalFact.BodyStarted, 2, 2, Body(JournalFact.BodyStarted, 2, 0))),
        ["a body that began twice"] = ("was begun 2 times", With(JournalFact.BodyStarted, 2, 2, Body(JournalFact.BodyStarted, 2, 2), Body(JournalFact.BodyStarted, 2, 2))),
        ["a resume in another state"] = ("in a state that is not of that step", With(JournalFact.BodyStarted, 2, 2, Body(JournalFact.BodyStarted, 2, 2) with { State = "other" })),
        ["a checkpoint of another state"] = ("wrote a checkpoint of step 4 that is not of that step", With(JournalFact.BodyAsked, 2, 4, Body(JournalFact.BodyAsked, 2, 4) with { State = "other" })),
        ["a missing output"] = ("outputs: 's[0]' has no output", Good with { Outputs = new Dictionary<string, OutputFact>() }),
        ["a damaged output"] = ("outputs: 's[0]': half of it", Found(Expected.Output(Stage) with { Damage = "half of it" })),
        ["an output of other inputs"] = ("outputs: 's[0]' has the output of other inputs", Found(Expected.Output(Stage) with { Bulk = "00" })),
        ["the output of another attempt"] = ("but its output is 'run/s.1-1'", Good with { Stages = [Good.Stages[0] with { Location = "run/s.1-1" }] }),
        ["a request that nobody made"] = ("gates: request 'the stage' was made by nobody", WithGates(g => g.Where(e => e.Stage is null || e.Fact != GateFact.Asked))),
        ["a request for another stage"] = ("gates: request 'the stage' is for s[0]", WithGates(g => g.Select(e => e.Stage is null ? e : e with { Stage = "s[1]" }))),
        ["a request of effect twice"] = ("had its effect 2 times: Opened, Continued", WithGates(g => g.Concat(
            [Gate(GateFact.Replied, Stage) with { Effect = GateEffect.Opened }, Gate(GateFact.Replied, Stage) with { Effect = GateEffect.Continued }]))),
        ["a request that was lost"] = ("gates: request 'the stage' was replied to (Known), but the ledger does not know it", Good with { Requests = [Good.Requests[0]] }),
        ["a gate that opened by itself"] = ("gates: 's[0]' moved, but nobody asked for it", Good with { Requests = [Good.Requests[0]], Gates = [.. Good.Gates.Where(g => g.Stage is null)] }),
        ["a request in a run without gates"] = ("gates: the run has no gates", Good with { Gated = false }),
        ["an end that was lost on its way"] = ("ends: request 'the stage' is Answered: its end was not delivered", WithRequest(r => r with { State = RequestState.Answered })),
        ["a request without an answer"] = ("ends: request 'the stage' is Open", WithRequest(r => r with { State = RequestState.Open, Answer = null })),
        ["an acknowledgement of nobody"] = ("ends: request 'the stage' was acknowledged, but nobody has taken its end", WithGates(g => g.Where(e => e.Stage is null || e.Fact != GateFact.Taken))),
        ["an answer that did not happen"] = ("was answered with Failed of generation 1", WithRequest(r => r with { Answer = r.Answer! with { State = StageState.Failed } })),
        ["an answer of another generation"] = ("was answered with Succeeded of generation 2", WithRequest(r => r with { Answer = r.Answer! with { Generation = 2 } })),
        ["an end that is told in two ways"] = ("Heard Failed of generation 1", WithGates(g => g.Select(e => e is { Stage: not null, Try: 1 } ? e with { State = StageState.Failed } : e))),
        ["an end of the run that is another"] = ("was answered with Succeeded of generation 0 at '', but there is Failed", Good with { State = RunState.Failed }),
        ["one try that is told twice"] = ("its try 2 was told 2 times", WithGates(g => g.Select(e => e is { Stage: not null, Try: 1 } ? e with { Try = 2 } : e))),
        ["an end that nobody waits for"] = ("ends: an end was told for request 'another'", WithGates(g => g.Append(Told(GateFact.Heard, null, 1) with { Request = "another" }))),
        ["a stage that was skipped"] = ("outputs: 's[0]' is Skipped, but it has work to do", Good with { Stages = [Good.Stages[0] with { State = StageState.Skipped }] }),
    };

    public static TheoryData<string> Forgeries => [.. Forged.Keys];

    [Fact]
    public void A_history_that_is_right_passes() => Assert.Empty(HistoryChecker.Check(Good, Expected));

    [Theory]
    [MemberData(nameof(Forgeries))]
    public void A_forged_one_is_rejected(string how)
    {
        var (says, history) = Forged[how];
        Assert.Contains(HistoryChecker.Check(history, Expected), b => b.Contains(says, StringComparison.Ordinal));
    }

    /// <summary>The worker was killed before it could note the answer: both what was named before and what it had asked for are right.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void Where_nobody_noted_the_answer_either_is_right(long resumed)
    {
        var journal = With(JournalFact.CheckpointRefused, 1, null).Journal
            .Where(j => j.Fact != JournalFact.BodyRefused)
            .Select(j => j is { Fact: JournalFact.BodyStarted, Attempt: 2 } ? Body(JournalFact.BodyStarted, 2, resumed) : j);
        var history = Good with { Journal = [.. journal], Attempts = [Good.Attempts[0], Good.Attempts[1] with { ResumedAtStep = resumed }] };
        Assert.Empty(HistoryChecker.Check(history, Expected));
    }

    /// <summary>A third worker that was lost between its claim and its start: by then its successor had deleted that checkpoint.</summary>
    [Fact]
    public void Who_had_lost_the_stage_may_begin_afresh()
    {
        AttemptFact lost = new(Stage, 1, 2, 2, StageEvent.LeaseExpired, 2);
        var late = Good.Journal.Where(j => j.Attempt == 1)
            .Append(Body(JournalFact.BodyStarted, 2, 0))
            .Concat(Good.Journal.Where(j => j.Attempt == 2).Select(j => j with { Attempt = 3, Fence = j.Fence + 1 }));
        var history = WithRequest(r => r with { Answer = r.Answer! with { Location = "run/s.1-3" } }) with
        {
            Gates = [.. Good.Gates.Select(g => g is { Stage: not null, Try: not null } ? g with { Output = "run/s.1-3" } : g)],
            Stages = [Good.Stages[0] with { Location = "run/s.1-3" }],
            Events =
            [
                .. Good.Events.Take(4),
                Event(5, 2, StageEvent.LeaseExpired, StageState.Running, StageState.Ready),
                Event(6, 3, StageEvent.Claimed, StageState.Ready, StageState.Running),
                Event(7, 3, StageEvent.Completed, StageState.Running, StageState.Succeeded),
            ],
            Attempts = [Good.Attempts[0], lost, Good.Attempts[1] with { Number = 3, Fence = 3 }],
            Journal = [.. late],
        };
        Assert.Empty(HistoryChecker.Check(history, Expected));
    }

    private static RunHistory Found(OutputFact output) => Good with { Outputs = new Dictionary<string, OutputFact>(StringComparer.Ordinal) { [Stage] = output } };
}
