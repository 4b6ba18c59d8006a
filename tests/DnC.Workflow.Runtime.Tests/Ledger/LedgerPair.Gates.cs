using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Tests.Ledger;

internal sealed partial class LedgerPair
{
    private static readonly OutboxRequest Take = new()
    {
        Listener = "elsa",
        Holder = "h",
        AtMost = 3,
        Hold = TimeSpan.FromSeconds(1),
        SetAsideAfter = int.MaxValue,
    };

    private void GateStep(int kind, int a, int b)
    {
        switch (kind)
        {
            case < 119: OpenGate(a, b); break;
            case < 121: Watch(a, b); break;
            case < 123: Withdraw(a, cancelRun: b % 3 == 0); break;
            case < 124: OpenAllGates(a); break;
            default: Hear(); break;
        }
    }

    // One request in eight is an old one's id, for whatever it was made.
    private void OpenGate(int a, int b)
    {
        var run = Run(a);
        var stage = run.Stages[b % run.Stages.Count];
        var old = Old(a, r => r.Stage == stage);
        var request = new GateRequest
        {
            Run = run.Id,
            Stage = stage.Node.Name,
            RequestId = old ?? $"r{_model.Requests.Count} of {stage.Node.Name}",
            Listener = "elsa",
            IfEnded = (IfEnded)(b / 7 % 4),
            Revive = a / 3 % 4 == 0,
        };
        GateReply? reply = null;
        try
        {
            reply = _bench.Ledger.OpenGate(request);
        }
        catch (UserInputException)
        {
            // the model says whether that is right
        }

        Assert.Equal(_model.OpenGate(request.RequestId, stage, request.IfEnded, request.Revive), reply?.Effect);
        _model.Commit(); // the reply tells where the request stands after it
        if (reply is not null)
            Assert.Equal(_model.Requests.Single(r => r.Id == request.RequestId).State, reply.State);
    }

    private void Watch(int a, int b)
    {
        var run = Run(a);
        var id = Old(a, r => r.Run == run && r.Stage is null) ?? $"w{_model.Requests.Count}";
        var reply = _bench.Ledger.WatchRun(new RunWatch { Run = run.Id, RequestId = id, Listener = "elsa", ContinueFailed = b % 2 == 0, Patient = b % 3 == 0 });
        Assert.Equal(_model.Watch(id, run, continueFailed: b % 2 == 0, patient: b % 3 == 0), reply.Effect);
    }

    private void Withdraw(int a, bool cancelRun)
    {
        var id = _model.Requests.Count == 0 ? "nobody's" : _model.Requests[a % _model.Requests.Count].Id;
        Assert.Equal(_model.Withdraw(id, cancelRun), _bench.Ledger.Withdraw(id, cancelRun));
    }

    private void OpenAllGates(int a)
    {
        Assert.Equal(Run(a).Stages.Count(s => s.GateShut), _bench.Ledger.OpenAllGates(Run(a).Id));
        _model.OpenAllGates(Run(a));
    }

    // The oldest answer of each run, and no other.
    private void Hear()
    {
        var expected = _model.Outbox.DistinctBy(r => r.Run).Take(Take.AtMost).ToArray();
        var ends = _bench.Sql.Take(Take);
        Assert.Equal(
            expected.Select(r => (r.Id, r.Run.Id, r.Stage?.Node.Name, r.Generation, r.Answer!.Value)),
            ends.Select(e => (e.RequestId, e.Run, e.Stage, e.Generation, e.State)));
        _bench.Sql.Acknowledge([.. ends.Select(e => e.Delivery)]);
        foreach (var request in expected)
        {
            request.State = RequestState.Delivered;
            _model.Outbox.Remove(request);
        }
    }

    private void AgreeOnGates()
    {
        Assert.Equal(
            _model.Requests.Where(r => r.IsLive).Select(r => (r.Id, r.State, r.Answer, r.Stage?.State, r.Run.State)),
            _bench.Ledger.OpenRequests().Select(r => (r.RequestId, r.State, r.Answer, r.StageState, r.RunState)));
        Assert.Equal(
            _model.Outbox.GroupBy(r => r.Run.Id).OrderBy(g => g.Key, StringComparer.Ordinal).SelectMany(g => g.Select(r => r.Id)),
            _bench.Ledger.Undelivered().GroupBy(u => u.End.Run).OrderBy(g => g.Key, StringComparer.Ordinal).SelectMany(g => g.Select(u => u.End.RequestId)));
        foreach (var run in _model.Runs)
        {
            Assert.Equal(
                run.Stages.Select(s => (s.Node.Name, s.GateShut)), _bench.View(run.Id).Stages.Select(s => (s.Node.Name, s.GateShut)));
        }
    }

    private string? Old(int a, Func<ModelRequest, bool> like)
    {
        var old = _model.Requests.Where(like).ToArray();
        return a % 8 == 0 && old.Length > 0 ? old[a / 8 % old.Length].Id : null;
    }
}
