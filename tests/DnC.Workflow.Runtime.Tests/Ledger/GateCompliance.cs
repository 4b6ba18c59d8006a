using DnC.Workflow.Runtime.Ledger;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Tests.Ledger;

/// <summary>What every ledger has to do about gates, requests and the outbox. A backend inherits this and says how to open one.</summary>
public abstract partial class GateCompliance : IDisposable
{
    private protected static readonly OutboxRequest TakeAll = new()
    {
        Listener = "elsa",
        Holder = "h1",
        AtMost = 1_000,
        Hold = TimeSpan.FromSeconds(30),
        SetAsideAfter = 3,
    };

    private readonly Lazy<LedgerBench> _bench;

    protected GateCompliance() => _bench = new(() => new LedgerBench(Open));

    internal LedgerBench Bench => _bench.Value;

    internal SqlLedger Ledger => Bench.Sql;

    /// <summary>Opens the test's ledger; again for a second connection to the same one.</summary>
    protected abstract SqlLedger Open(LedgerParts parts);

    /// <summary>Runs a statement behind the ledger's back.</summary>
    protected abstract void Damage(string sql);

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (disposing && _bench.IsValueCreated)
            _bench.Value.Dispose();
    }

    private protected string Gated(StageGraph graph, string request = "request") =>
        Ledger.Submit(Plans.Submission(graph, request) with { Gated = true });

    private protected GateReply Ask(string run, string stage, string? request = null, IfEnded ifEnded = IfEnded.GoOn, bool revive = false) =>
        Ledger.OpenGate(new GateRequest
        {
            Run = run,
            Stage = stage,
            RequestId = request ?? $"ask {stage}",
            Listener = "elsa",
            IfEnded = ifEnded,
            Revive = revive,
        });

    private protected GateReply Watch(string run, string request, bool continueFailed = false) =>
        Ledger.WatchRun(new RunWatch { Run = run, RequestId = request, Listener = "elsa", ContinueFailed = continueFailed });

    /// <summary>Takes and acknowledges everything that there is to tell, one run's answers in their order.</summary>
    private protected List<StageEnd> HearAll(string listener = "elsa")
    {
        var heard = new List<StageEnd>();
        while (Ledger.Take(TakeAll with { Listener = listener }) is { Count: > 0 } ends)
        {
            Ledger.Acknowledge([.. ends.Select(e => e.Delivery)]);
            heard.AddRange(ends);
        }

        return heard;
    }

    private protected RequestState? StateOf(string request) => Ledger.FindRequest(request)?.State;
}
