using System.Collections.Concurrent;
using DnC.Workflow.Runtime.Ledger;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Tests.Ledger;

/// <summary>Several engines' worth of threads, each over a ledger of its own, on one database.</summary>
internal sealed class Crowd : IDisposable
{
    private static readonly Dictionary<string, int> Kinds = new(StringComparer.Ordinal) { ["noop"] = 1 };

    private readonly SqlLedger[] _ledgers;

    public Crowd(int size, Func<SqlLedger> open) => _ledgers = [.. Enumerable.Range(0, size).Select(_ => open())];

    public ILedger First => _ledgers[0];

    public static LedgerParts Parts(Stages.Lifecycle.LeaseSettings? lease = null) => new()
    {
        Clock = TimeProvider.System,
        Doorbell = new SilentDoorbell(),
        Jitter = () => 0,
        Lease = lease ?? new(),
    };

    public static StageClaim? Claim(ILedger ledger, string worker) => ledger.ClaimNext(new ClaimRequest
    {
        Resource = "cpu",
        Worker = worker,
        Executors = Kinds,
        IsPresent = _ => true,
    });

    /// <summary>Runs the body on a thread for each ledger and rethrows what any of them threw.</summary>
    public void Each(Action<ILedger, int> body)
    {
        var errors = new ConcurrentQueue<Exception>();
        var threads = _ledgers.Select((ledger, i) => new Thread(() =>
        {
            try
            {
                body(ledger, i);
            }
            catch (Exception e)
            {
                errors.Enqueue(e);
            }
        })).ToArray();
        foreach (var thread in threads)
            thread.Start();
        foreach (var thread in threads)
            thread.Join();
        if (!errors.IsEmpty)
            throw new AggregateException(errors);
    }

    /// <summary>One audit, whenever the last one was.</summary>
    /// <returns>What it put right: 0, or there is a defect.</returns>
    public static int Audit(string connection)
    {
        Postgres.PostgresServer.Execute(connection, "DELETE FROM dnc.chore");
        using var ledger = SqlLedger.OpenPostgres(connection, Parts());
        return ledger.Reconcile(new ReconcileRequest { Slots = new Dictionary<string, int>(StringComparer.Ordinal), PendingRings = _ => 0 }).Repaired;
    }

    public void Dispose()
    {
        foreach (var ledger in _ledgers)
            ledger.Dispose();
    }
}
