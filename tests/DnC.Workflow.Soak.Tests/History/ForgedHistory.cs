using System.Globalization;
using DnC.Workflow.Runtime.TestHost.Bodies;
using DnC.Workflow.Runtime.TestHost.Journals;
using DnC.Workflow.Soak.Tests.Bench;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Soak.Tests.History;

/// <summary>
/// The history of a run of one stage of 6 steps that went well in the end: its first worker was lost after the checkpoint of step 2, woke up,
/// and was refused the checkpoint of step 4; the second attempt went on from step 2. Its gate was opened by one who was killed before the reply;
/// whoever heard of its end first was killed before taking it. To be spoilt by tests.
/// </summary>
public static class ForgedHistory
{
    public const string Stage = "s[0]";
    private const string Run = "run";
    private static readonly QuickGraph Quick = new("nowhere");

    public static StageGraph Graph { get; } = Quick.Apart(1, _ => Quick.Quick("forged", steps: 6));

    public static ExpectedRun Expected { get; } = new(Graph);

    public static RunHistory Good { get; } = new()
    {
        Run = Run,
        State = RunState.Succeeded,
        Stages = [new StageFact(Stage, StageState.Succeeded, 1, "run/s.1-2")],
        Events =
        [
            Event(1, 0, StageEvent.InputsComplete, StageState.Waiting, StageState.Ready),
            Event(2, 1, StageEvent.Claimed, StageState.Ready, StageState.Running),
            Event(3, 1, StageEvent.LeaseExpired, StageState.Running, StageState.Ready),
            Event(4, 2, StageEvent.Claimed, StageState.Ready, StageState.Running),
            Event(5, 2, StageEvent.Completed, StageState.Running, StageState.Succeeded),
        ],
        Attempts = [new AttemptFact(Stage, 1, 1, 1, StageEvent.LeaseExpired, null), new AttemptFact(Stage, 1, 2, 2, StageEvent.Completed, 2)],
        Journal =
        [
            Engine(JournalFact.Claimed, 1), Engine(JournalFact.CheckpointAsked, 1), Engine(JournalFact.CheckpointTaken, 1),
            Engine(JournalFact.CheckpointAsked, 1), Engine(JournalFact.CheckpointRefused, 1), Engine(JournalFact.Left, 1),
            Body(JournalFact.BodyStarted, 1, 0), Body(JournalFact.BodyAsked, 1, 2), Body(JournalFact.BodyTaken, 1, 2),
            Body(JournalFact.BodyAsked, 1, 4), Body(JournalFact.BodyRefused, 1, 4),
            Engine(JournalFact.Claimed, 2), Engine(JournalFact.CheckpointAsked, 2), Engine(JournalFact.CheckpointTaken, 2),
            Engine(JournalFact.CompletionAsked, 2), Engine(JournalFact.OutcomeTaken, 2), Engine(JournalFact.Left, 2),
            Body(JournalFact.BodyStarted, 2, 2), Body(JournalFact.BodyAsked, 2, 4), Body(JournalFact.BodyTaken, 2, 4), Body(JournalFact.BodyFinished, 2, 6),
        ],
        Gated = true,
        Requests =
        [
            new RequestFact("the end", null, RequestState.Delivered, new EndFact(StageState.Succeeded, 0, null)),
            new RequestFact("the stage", Stage, RequestState.Delivered, new EndFact(StageState.Succeeded, 1, "run/s.1-2")),
        ],
        Gates =
        [
            Gate(GateFact.Asked, null), Gate(GateFact.Replied, null) with { Effect = GateEffect.Attached },
            Gate(GateFact.Asked, Stage),
            Gate(GateFact.Asked, Stage), Gate(GateFact.Replied, Stage) with { Effect = GateEffect.Known },
            Told(GateFact.Heard, Stage, 1), Told(GateFact.Heard, Stage, 2), Told(GateFact.Taken, Stage, 2),
            Told(GateFact.Heard, null, 1), Told(GateFact.Refused, null, 1), Told(GateFact.Heard, null, 2), Told(GateFact.Taken, null, 2),
        ],
        Outputs = new Dictionary<string, OutputFact>(StringComparer.Ordinal) { [Stage] = Expected.Output(Stage) },
    };

    public static LedgerEvent Event(long sequence, int attempt, StageEvent happened, StageState from, StageState to, int generation = 1) =>
        new(sequence, DateTimeOffset.UnixEpoch, Stage, generation, attempt, happened, from, to, null, null);

    public static JournalEntry Engine(JournalFact fact, int attempt) =>
        new() { Fact = fact, Run = Run, Stage = Stage, Generation = 1, Attempt = attempt, Fence = attempt };

    public static JournalEntry Body(JournalFact fact, int attempt, long step) => new()
    {
        Fact = fact, Run = Run, Stage = Stage, Generation = 1, Attempt = attempt, Step = step,
        State = Expected.StateAt(Stage, step) ?? throw new ArgumentOutOfRangeException(nameof(step), step.ToString(CultureInfo.InvariantCulture)),
    };

    public static GateEntry Gate(GateFact fact, string? stage) => new() { Fact = fact, Request = stage is null ? "the end" : "the stage", Run = Run, Stage = stage };

    public static GateEntry Told(GateFact fact, string? stage, int number) => Gate(fact, stage) with
    {
        Try = number, State = StageState.Succeeded, Generation = stage is null ? 0 : 1, Output = stage is null ? null : "run/s.1-2",
    };

    /// <summary>The good history with other lines in the journals of those who asked.</summary>
    public static RunHistory WithGates(Func<IReadOnlyList<GateEntry>, IEnumerable<GateEntry>> change) => Good with { Gates = [.. change(Good.Gates)] };

    /// <summary>The good history with another request for its stage.</summary>
    public static RunHistory WithRequest(Func<RequestFact, RequestFact> change) => Good with { Requests = [Good.Requests[0], change(Good.Requests[1])] };

    /// <summary>The good history with one line of its journal replaced by others.</summary>
    public static RunHistory With(JournalFact fact, int attempt, long? step, params JournalEntry[] instead)
    {
        var journal = Good.Journal.ToList();
        var at = journal.FindIndex(j => j.Fact == fact && j.Attempt == attempt && (step is null || j.Step == step));
        journal.RemoveAt(at);
        journal.InsertRange(at, instead);
        return Good with { Journal = journal };
    }
}
