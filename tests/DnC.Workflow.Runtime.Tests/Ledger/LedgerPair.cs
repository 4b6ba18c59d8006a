using System.Globalization;
using DnC.Workflow.Runtime.Ledger;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Tests.Ledger;

/// <summary>A ledger and a model that are told the same things.</summary>
internal sealed partial class LedgerPair : IDisposable
{
    private static readonly RetryPolicy Retry = new() { MaxFailures = 3, MaxLossesWithoutProgress = 3 };

    private readonly LedgerBench _bench;
    private readonly LedgerModel _model;
    private readonly List<(ClaimTicket Ticket, StageClaim Claim)> _tickets = [];
    private int _checkpoints;

    public LedgerPair(Func<LedgerParts, SqlLedger> open)
    {
        _bench = new LedgerBench(open) { Jitter = 0.5 };
        _model = new LedgerModel(_bench.Lease, Retry) { Now = Milliseconds };
        Submit(0, 0);
    }

    private long Milliseconds => _bench.Clock.GetUtcNow().ToUnixTimeMilliseconds();

    public void Dispose() => _bench.Dispose();

    public void Step(int kind, int a, int b)
    {
        switch (kind)
        {
            case < 3: Submit(a, b); break;
            case < 29: Claim($"w{a % 2}"); break;
            case < 49: Complete(Ticket(a), b); break;
            case < 54: Fail(Ticket(a), retryable: b % 4 != 0); break;
            case < 58: Release(Ticket(a)); break;
            case < 69: InputLost(Ticket(a), b); break;
            case < 72: Heartbeat(Ticket(a)); break;
            case < 80: Checkpoint(Ticket(a), b % 6); break;
            case < 86: Advance(b); break;
            case < 88: ExpireAll(); break;
            case < 90: Pass(dead: $"w{a % 2}"); break;
            case < 95: Rerun(a, b); break;
            case < 96: Cancel(a); break;
            case < 97: Pause(a); break;
            case < 99: Continue(a); break;
            case < 100: LoseBytes(a); break;
            default: GateStep(kind, a, b); break;
        }

        Agree();
    }

    public void AssertHistories(System.Collections.Concurrent.ConcurrentDictionary<Transition, int> seen)
    {
        foreach (var run in _model.Runs)
        {
            LedgerCompliance.AssertHistory(_bench.Ledger, run.Id);
            foreach (var e in _bench.Ledger.Events(run.Id))
            {
                foreach (var row in Transitions.All.Where(t => (t.From, t.Event, t.To) == (e.From, e.Event, e.To)))
                    seen.AddOrUpdate(row, 1, (_, n) => n + 1);
            }
        }

        _bench.Clock.Advance(_bench.Lease.Audit);
        Assert.Equal(0, _bench.Pass().Repaired);
    }

    private void Submit(int a, int b)
    {
        if (_model.Runs.Count == 3)
            return;
        var graph = (a % 4) switch
        {
            0 => Plans.Clustered(3),
            1 => Plans.Fan(2),
            2 => Plans.Graph(Plans.Node("base"), Plans.Node("cluster", "base"), Plans.Node("distill", "base", "cluster")),
            _ => Plans.Graph(
                Plans.Node("base"),
                Plans.Node("cluster", "base"),
                Plans.Node("sub", "cluster") with { FanOutOf = "cluster", Index = 1 },
                Plans.Node("leaf", "sub", "base") with { FanOutOf = "sub", Index = 1 },
                Plans.Node("end", "leaf", "sub")),
        };
        var submission = Plans.Submission(graph, $"{_model.Runs.Count}", Retry) with
        {
            Priority = a / 4 % 2,
            MaxConcurrent = a / 8 % 3,
            NoCache = b % 4 == 0,
            Gated = b % 3 == 0,
        };
        var id = _bench.Ledger.Submit(submission);
        Assert.Equal(id, _bench.Ledger.Submit(submission));
        _model.Submit(id, graph, submission.Priority, submission.MaxConcurrent, submission.NoCache, submission.Gated);
    }

    private void Claim(string worker)
    {
        var expected = _model.Claim(worker);
        var claim = _bench.TryClaim(worker);
        Assert.Equal((expected?.Run.Id, expected?.Node.Name, expected?.Fence), (claim?.Ticket.Run, claim?.Ticket.Stage, claim?.Ticket.Fence));
        if (claim is null)
            return;
        Assert.Equal((expected!.Generation, expected.Attempts, expected.Checkpoint), (claim.Generation, claim.Attempt, claim.Resume));
        _tickets.Add((claim.Ticket, claim));
    }

    private void Complete((ClaimTicket Ticket, StageClaim Claim)? held, int b)
    {
        if (held is not { } h)
            return;
        int? fanOut = h.Ticket.Stage is "cluster" or "sub" ? b / 4 % 4 : null;
        var artifact = LedgerBench.OutputOf(h.Claim, b % 3 == 0 ? "other" : "same");
        var stage = _model.Current(h.Ticket);
        if (stage is not null)
            _model.Complete(stage, artifact, fanOut);
        // Who asks again about outputs that are the stage's is told so.
        Assert.Equal(stage is not null || _model.IsDone(h.Ticket, artifact), _bench.Ledger.Complete(h.Ticket, artifact, Plans.Result(fanOut)));
    }

    private void Fail((ClaimTicket Ticket, StageClaim Claim)? held, bool retryable)
    {
        if (held is not { } h)
            return;
        var stage = _model.Current(h.Ticket);
        if (stage is not null)
            _model.Fail(stage, retryable, _bench.Jitter);
        Assert.Equal(stage is not null, _bench.Ledger.Fail(h.Ticket, new AttemptFailure("failed", retryable)));
    }

    private void Release((ClaimTicket Ticket, StageClaim Claim)? held)
    {
        if (held is not { } h)
            return;
        var stage = _model.Current(h.Ticket);
        if (stage is not null)
            _model.Release(stage);
        Assert.Equal(stage is not null, _bench.Ledger.Release(h.Ticket, "released"));
    }

    private void InputLost((ClaimTicket Ticket, StageClaim Claim)? held, int b)
    {
        if (held is not { } h || h.Claim.Node.Inputs.Count == 0)
            return;
        var input = h.Claim.Node.Inputs[b % h.Claim.Node.Inputs.Count];
        var stage = _model.Current(h.Ticket);
        if (stage is not null)
            _model.InputLost(stage, input);
        Assert.Equal(stage is not null, _bench.Ledger.InputLost(h.Ticket, input.Name, "lost"));
    }

    private void Heartbeat((ClaimTicket Ticket, StageClaim Claim)? held)
    {
        if (held is { } h)
            Assert.Equal(_model.Heartbeat(_model.Current(h.Ticket)), _bench.Ledger.Heartbeat(h.Ticket, new StageProgress(1, 2)));
    }

    private void Checkpoint((ClaimTicket Ticket, StageClaim Claim)? held, long step)
    {
        if (held is not { } h)
            return;
        var checkpoint = new CheckpointRef($"c{++_checkpoints}", step);
        var stage = _model.Current(h.Ticket);
        if (stage is not null)
            LedgerModel.Checkpoint(stage, checkpoint);
        Assert.Equal(stage is not null, _bench.Ledger.Checkpoint(h.Ticket, checkpoint));
    }

    private void Advance(int milliseconds)
    {
        _bench.Clock.Advance(TimeSpan.FromMilliseconds(milliseconds));
        _model.Now = Milliseconds;
        Pass(dead: null);
    }

    private void ExpireAll()
    {
        for (var i = 0; i < 12; i++)
            Advance(1_000);
    }

    private void Pass(string? dead)
    {
        _bench.Dead.Clear();
        if (dead is not null)
            _bench.Dead.Add(dead);
        Assert.Equal(_model.Pass(_bench.Dead), _bench.Pass().Expired);
    }

    private void Rerun(int a, int b)
    {
        var run = Run(a);
        var target = run.Stages[b % run.Stages.Count];
        IReadOnlyList<string>? planned = null, done = null;
        try
        {
            planned = _bench.Ledger.Rerun(run.Id, target.Node.Name, dryRun: true);
            done = _bench.Ledger.Rerun(run.Id, target.Node.Name, dryRun: false);
        }
        catch (UserInputException)
        {
            Assert.Null(planned);
        }

        Assert.Equal(planned, done);
        Assert.Equal(_model.Rerun(target), done);
    }

    private void Cancel(int a)
    {
        _model.Cancel(Run(a));
        _bench.Ledger.Cancel(Run(a).Id);
    }

    private void Pause(int a)
    {
        var run = Run(a);
        run.Paused = !run.Paused;
        _bench.Ledger.Pause(run.Id, run.Paused);
    }

    private void Continue(int a)
    {
        if (_model.Continue(Run(a)))
            _bench.Ledger.Continue(Run(a).Id);
        else
            Assert.Throws<UserInputException>(() => _bench.Ledger.Continue(Run(a).Id));
    }

    private void LoseBytes(int a)
    {
        var outputs = _model.Runs.SelectMany(r => r.Stages).Select(s => s.Output?.Location).OfType<string>().ToArray();
        if (outputs.Length == 0)
            return;
        _bench.Gone.Add(outputs[a % outputs.Length]);
        _model.Gone.Add(outputs[a % outputs.Length]);
    }

    private ModelRun Run(int a) => _model.Runs[a % _model.Runs.Count];

    // Mostly a current ticket, so that things go on; one in five is any that ever was.
    private (ClaimTicket Ticket, StageClaim Claim)? Ticket(int a)
    {
        var current = _tickets.Where(t => _model.Current(t.Ticket) is not null).ToArray();
        var pick = a % 5 == 0 || current.Length == 0 ? [.. _tickets] : current;
        return pick.Length == 0 ? null : pick[a / 5 % pick.Length];
    }

    private void Agree()
    {
        _model.Commit();
        foreach (var run in _model.Runs)
        {
            var view = _bench.View(run.Id);
            Assert.Equal(run.Stages.Select(Told), view.Stages.Select(Told));
            Assert.Equal(run.State, view.Summary.State);
        }

        AgreeOnGates();
    }

    private static string Told(ModelStage s) => string.Create(CultureInfo.InvariantCulture,
        $"{s.Node.Name} {s.State} generation {s.Generation} attempts {s.Attempts} resumed {s.Resumed} reused {s.ReusedFrom} output {s.Output?.Location}");

    private static string Told(StageView s) => string.Create(CultureInfo.InvariantCulture,
        $"{s.Node.Name} {s.State} generation {s.Generation} attempts {s.Attempts} resumed {s.ResumedAtStep} reused {s.ReusedFrom} output {s.Output?.Location}");
}
