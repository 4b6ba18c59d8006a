using DnC.Workflow.Cli.Terminal;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Cli.Tests.Terminal;

public class EventViewTests
{
    private const string Worker = "node-1:2231:8df4effee9e6370:1";
    private long _sequence;

    [Fact]
    public void All_that_happened_to_a_run()
    {
        LedgerEvent[] events =
        [
            Event(0, "base", 0, StageEvent.InputsComplete, StageState.Waiting, StageState.Ready),
            Event(1, "base", 1, StageEvent.Claimed, StageState.Ready, StageState.Running, Worker),
            Event(60, "base", 1, StageEvent.LeaseExpired, StageState.Running, StageState.Ready, detail: "its worker is gone"),
            Event(62, "base", 2, StageEvent.Claimed, StageState.Ready, StageState.Running, "ip-10-0-12-34.internal:901:aa:2"),
            Event(200, "base", 2, StageEvent.Completed, StageState.Running, StageState.Succeeded, "ip-10-0-12-34.internal:901:aa:2"),
            .. Enumerable.Range(0, 40).Select(i => Event(200, $"expert[{i}]", 0, StageEvent.InputsComplete, StageState.Waiting, StageState.Ready)),
            .. Enumerable.Range(0, 2).Select(i => Event(86_000 + i, $"expert[{i}]", 1, StageEvent.Claimed, StageState.Ready, StageState.Running, Worker)),
            Event(86_010, "expert[1]", 1, StageEvent.GaveUp, StageState.Running, StageState.Failed, Worker, "The loss is NaN at step 3 (learning rate 0.5).\nTry half of it."),
        ];
        RunEvent[] wishes =
        [
            new(events[1].Sequence, Views.Now.AddSeconds(30), RunWishEvent.Paused, "ann@lab", null),
            new(_sequence, Views.Now.AddSeconds(86_100), RunWishEvent.Rerun, "ann@lab", "expert[1]"),
        ];
        AttemptView[] attempts =
        [
            new("base", 1, 1, Worker, Views.Now, Views.Now.AddSeconds(60), StageEvent.LeaseExpired, null, new StageProgress(30, 100), null),
            new("base", 1, 2, Worker, Views.Now, Views.Now.AddSeconds(200), StageEvent.Completed, 20, new StageProgress(100, 100), null),
        ];
        Expectation.Hold("events", c => EventList.Write(c, events, wishes, attempts));
    }

    private LedgerEvent Event(int seconds, string stage, int attempt, StageEvent happened, StageState from, StageState to, string? worker = null, string? detail = null) =>
        new(++_sequence, Views.Now.AddSeconds(seconds), stage, 1, attempt, happened, from, to, worker, detail);
}
