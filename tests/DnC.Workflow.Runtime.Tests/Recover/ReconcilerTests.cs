using DnC.Workflow.Runtime.Ledger;
using DnC.Workflow.Runtime.Recover;
using DnC.Workflow.Runtime.Tests.Ledger;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Tests.Recover;

public sealed class ReconcilerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dnc-reconciler-").FullName;
    private readonly LedgerBench _bench;
    private readonly List<ReconcileReport> _reports = [];
    private readonly List<Exception> _errors = [];

    public ReconcilerTests() => _bench = new LedgerBench(parts => SqlLedger.Open(Path.Combine(_folder, "ledger.db"), parts));

    public void Dispose()
    {
        _bench.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void PassesGoOnUntilStopped()
    {
        _bench.Submit(Plans.Graph(Plans.Node("a")));
        _bench.Bell.Hear();
        using var stop = new CancellationTokenSource();
        var running = new Thread(() => Reconciler().Run(stop.Token));
        running.Start();
        for (var passes = 1; passes <= 2; passes++)
        {
            // The clock moves on until the thread waits by it.
            while (_bench.Bell.Pending("cpu") == 0)
                _bench.Clock.Advance(_bench.Lease.Pass);
            _bench.Bell.Hear();
        }

        stop.Cancel();
        running.Join();
        Assert.True(_reports.Count >= 2);
    }

    [Fact]
    public void AQuietPassIsNotReported()
    {
        Reconciler().Pass();
        Assert.Empty(_reports);
    }

    [Fact]
    public void ADatabaseThatIsAwayIsReportedAndWaitedFor()
    {
        _bench.Submit(Plans.Graph(Plans.Node("a")));
        _bench.Bell.Hear();
        var reconciler = Reconciler();
        using (var other = SqliteDialect.Open(Path.Combine(_folder, "ledger.db"), _bench.Clock))
        {
            // The file is held by another writer, and this one does not wait for it.
            using var command = _bench.Sql.SqliteWriter.CreateCommand();
            command.CommandText = "PRAGMA busy_timeout = 0";
            command.ExecuteNonQuery();
            _bench.Sql.SqliteWriter.DefaultTimeout = 1;
            using var held = other.BeginWrite();
            reconciler.Pass();
        }

        Assert.Single(_errors);
        reconciler.Pass();
        Assert.Single(_reports);
    }

    private Reconciler Reconciler() => new(
        _bench.Ledger,
        () => new ReconcileRequest { Slots = new Dictionary<string, int>(StringComparer.Ordinal) { ["cpu"] = 1 }, PendingRings = _bench.Bell.Pending },
        _bench.Lease, _bench.Clock, () => 0.5,
        (report, error) =>
        {
            if (report is not null)
                _reports.Add(report);
            if (error is not null)
                _errors.Add(error);
        });
}
