using DnC.Workflow.Runtime.Ledger;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Ports;
using Microsoft.Extensions.Time.Testing;

namespace DnC.Workflow.Runtime.Tests.Ledger;

/// <summary>A ledger with its clock and bell in hand, and the steps of an engine in a word each.</summary>
internal sealed class LedgerBench : IDisposable
{
    private static readonly Dictionary<string, int> Executors = new(StringComparer.Ordinal) { ["noop"] = 1 };

    private readonly SqlLedger _ledger;

    public LedgerBench(Func<LedgerParts, SqlLedger> open)
    {
        Lease = new LeaseSettings();
        _ledger = open(Parts());
    }

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public RingCounter Bell { get; } = new();

    public LeaseSettings Lease { get; }

    public double Jitter { get; set; }

    /// <summary>Artifact locations whose bytes are gone.</summary>
    public HashSet<string> Gone { get; } = new(StringComparer.Ordinal);

    /// <summary>Workers that are known to be dead.</summary>
    public HashSet<string> Dead { get; } = new(StringComparer.Ordinal);

    public ILedger Ledger => _ledger;

    public SqlLedger Sql => _ledger;

    public LedgerParts Parts() => new() { Clock = Clock, Doorbell = Bell, Jitter = () => Jitter, Lease = Lease };

    public string Submit(StageGraph graph, string request = "request", RetryPolicy? retry = null) =>
        Ledger.Submit(Plans.Submission(graph, request, retry));

    public StageClaim? TryClaim(string worker = "w1", string resource = "cpu", int version = 1, ILedger? ledger = null, string? onlyRun = null, params (string Run, string Kind)[] avoided) =>
        (ledger ?? Ledger).ClaimNext(new ClaimRequest
        {
            Resource = resource,
            Worker = worker,
            Executors = version == 1 ? Executors : new Dictionary<string, int>(StringComparer.Ordinal) { ["noop"] = version },
            IsPresent = artifact => !Gone.Contains(artifact.Location),
            OnlyRun = onlyRun,
            Avoided = avoided,
        });

    public StageClaim Claim(string? expected = null, string worker = "w1")
    {
        var claim = TryClaim(worker);
        Assert.NotNull(claim);
        if (expected is not null)
            Assert.Equal(expected, claim.Ticket.Stage);
        return claim;
    }

    public void Complete(StageClaim claim, string content = "same", int? fanOut = null) =>
        Assert.True(Ledger.Complete(claim.Ticket, OutputOf(claim, content), Plans.Result(fanOut)));

    /// <summary>Claims the next stage, checks that it is the expected one, and completes it.</summary>
    public StageClaim Do(string expected, string content = "same", int? fanOut = null)
    {
        var claim = Claim(expected);
        Complete(claim, content, fanOut);
        return claim;
    }

    public static Artifact OutputOf(StageClaim claim, string content) => Plans.Output(
        $"{claim.Ticket.Run}/{claim.Ticket.Stage}/{claim.Ticket.Fence}", $"{claim.Ticket.Stage}:{content}");

    public ReconcileReport Pass() => Ledger.Reconcile(new ReconcileRequest
    {
        Slots = new Dictionary<string, int>(StringComparer.Ordinal) { ["cpu"] = 2 },
        PendingRings = Bell.Pending,
        IsDead = Dead.Contains,
    });

    /// <summary>Lets leases run out under regular passes, as an engine that is awake sees it.</summary>
    public void ExpireLeases()
    {
        for (var elapsed = TimeSpan.Zero; elapsed <= Lease.Lease; elapsed += Lease.Pass)
        {
            Pass();
            Clock.Advance(Lease.Pass);
        }

        Pass();
    }

    /// <summary>Lets time go by under regular passes, as engines that are awake see it.</summary>
    /// <param name="time">How much.</param>
    /// <param name="before">Done before each pass.</param>
    public void Elapse(TimeSpan time, Action? before = null)
    {
        for (var left = time; left > TimeSpan.Zero; left -= Lease.Heartbeat)
        {
            Clock.Advance(left < Lease.Heartbeat ? left : Lease.Heartbeat);
            before?.Invoke();
            Pass();
        }
    }

    public RunView View(string run) => Ledger.Find(run) ?? throw new InvalidOperationException($"No run {run}.");

    public StageView Stage(string run, string name) => View(run).Stages.Single(s => s.Node.Name == name);

    public StageState State(string run, string name) => Stage(run, name).State;

    public RunState RunState(string run) => View(run).Summary.State;

    public void Dispose() => _ledger.Dispose();
}

/// <summary>Counts rings by class; nobody hears them until told.</summary>
internal sealed class RingCounter : IDoorbell
{
    private readonly Dictionary<string, int> _rings = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    public void Ring(string resource)
    {
        lock (_gate)
            _rings[resource] = _rings.GetValueOrDefault(resource) + 1;
    }

    public int Pending(string resource)
    {
        lock (_gate)
            return _rings.GetValueOrDefault(resource);
    }

    /// <summary>Hears every ring of a class.</summary>
    public int Hear(string resource = "cpu")
    {
        lock (_gate)
        {
            var rings = _rings.GetValueOrDefault(resource);
            _rings[resource] = 0;
            return rings;
        }
    }
}
