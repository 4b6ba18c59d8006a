using System.Data.Common;
using DnC.Workflow.Runtime.Artifacts;
using DnC.Workflow.Runtime.Hosting;
using DnC.Workflow.Runtime.Ledger;
using DnC.Workflow.Runtime.Postgres;
using DnC.Workflow.Runtime.TestHost;
using DnC.Workflow.Soak.Tests.Fleet;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Ports;
using DnC.Workflow.Stages.Spec;
using Npgsql;

namespace DnC.Workflow.Soak.Tests.Bench;

/// <summary>A server of its own, workers in processes of their own that are kept alive, and a client beside them.</summary>
public sealed class SoakBench : IAsyncDisposable
{
    /// <summary>What pacers call their connections.</summary>
    public const string PacerConnections = "pacer";

    private const string Mark = "DNC_SOAK_MARK";
    private readonly string _mark = Guid.NewGuid().ToString("N");
    private readonly List<KeptProcess> _workers = [];
    private readonly List<KeptProcess> _pacers = [];
    private readonly Lazy<LedgerClient> _client;
    private readonly NpgsqlDataSource _source;
    private Tmpfs? _disk;
    private long _points;

    /// <summary>Starts the server. Skips the test where this machine cannot.</summary>
    /// <param name="options">How it is set up; a lost server process loses nothing even without fsync.</param>
    public SoakBench(PrivatePostgresOptions? options = null)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Faults are made with signals and found in /proc: Linux only.");
        if (!PrivatePostgres.Available(out var why))
            Assert.Skip(why);
        Folder = new TestFolder();
        Server = PrivatePostgres.Start(Folder.At("postgres"), (options ?? new PrivatePostgresOptions()) with { Fsync = false });
        _client = new Lazy<LedgerClient>(() => LedgerClient.Open(Server.ConnectionString, () => 0.5, (_, _) => { }));
        _source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(Server.ConnectionString) { ApplicationName = "soak", Pooling = false }.ConnectionString);
    }

    public TestFolder Folder { get; }

    public PrivatePostgres Server { get; }

    public ILedger Ledger => Sql;

    public SqlLedger Sql => _client.Value.Ledger;

    public IReadOnlyList<KeptProcess> Workers => _workers;

    public IReadOnlyList<KeptProcess> Pacers => _pacers;

    public FolderStore Store => new(Artifacts);

    public string Artifacts => Folder.Make("artifacts");

    public string Journal => Folder.Make("journal");

    /// <summary>The pacers' journals.</summary>
    public string Books => Folder.Make("books");

    /// <summary>Where worker machines keep what they are at work on.</summary>
    public string Work => Folder.Make("work");

    /// <summary>Of the workers that are started next. Short, so that faults are too.</summary>
    public LeaseSettings Lease { get; set; } = new()
    {
        Lease = TimeSpan.FromSeconds(2),
        Heartbeat = TimeSpan.FromSeconds(0.4),
        Pass = TimeSpan.FromSeconds(0.2),
        Grace = TimeSpan.FromSeconds(2),
    };

    /// <summary>Budgets for stages that meet more faults in a minute than others in a year.</summary>
    public static RetryPolicy Patient { get; } = new()
    {
        MaxFailures = 10_000,
        MaxLossesWithoutProgress = 1_000,
        FirstDelay = TimeSpan.FromMilliseconds(20),
        MaxDelay = TimeSpan.FromMilliseconds(200),
    };

    /// <summary>Points of attempts that all workers told of: how faults are timed.</summary>
    public long Points => Interlocked.Read(ref _points);

    /// <summary>Puts the artifacts on a small disk of their own.</summary>
    /// <returns>Null, or why that cannot be.</returns>
    public string? UseSmallDisk(int mebibytes) => Tmpfs.Mount(Artifacts, mebibytes, out _disk);

    /// <summary>The small disk.</summary>
    public Tmpfs Disk => _disk ?? throw new InvalidOperationException("The artifacts have no disk of their own.");

    /// <summary>Starts a worker.</summary>
    public KeptProcess StartWorker(
        string name, int slots = 2, bool inProcess = false, string? connection = null, string[]? before = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        var script = new WorkerScript
        {
            ConnectionString = connection ?? Server.ConnectionString,
            Artifacts = Artifacts,
            Work = Path.Combine(Work, name),
            Slots = new Dictionary<string, int>(StringComparer.Ordinal) { ["cpu"] = slots },
            Lease = Lease,
            InProcess = inProcess,
            Journal = Journal,
        };
        var marked = new Dictionary<string, string>(environment ?? new Dictionary<string, string>(StringComparer.Ordinal), StringComparer.Ordinal) { [Mark] = _mark };
        var start = new ProcessStart("worker", script.Work, before ?? [], marked);
        script.Write(start.ScriptFile);
        var worker = new KeptProcess(name, start, () => Interlocked.Increment(ref _points));
        _workers.Add(worker);
        return worker;
    }

    /// <summary>Starts one that opens the gates of all gated runs and hears of their ends.</summary>
    public void StartPacer(string name)
    {
        var connection = new NpgsqlConnectionStringBuilder(Server.ConnectionString) { ApplicationName = PacerConnections };
        var start = new ProcessStart("pacer", Folder.At(name), [], new Dictionary<string, string>(StringComparer.Ordinal) { [Mark] = _mark });
        new PacerScript { ConnectionString = connection.ConnectionString, Journal = Books }.Write(start.ScriptFile);
        _pacers.Add(new KeptProcess(name, start, () => { }));
    }

    /// <summary>Stores a run; asked again by the same request where the database is away.</summary>
    public async Task<string> Submit(string request, StageGraph graph, RetryPolicy? retry = null, bool gated = false)
    {
        string? run = null;
        await Wait.Until(() => (run = Ledger.Submit(new RunSubmission
        {
            RequestId = request, Name = request, SpecJson = "{}", Identity = request, Data = new DataSpec(), Graph = graph, Retry = retry ?? Patient, Gated = gated,
        })) is not null, TestContext.Current.CancellationToken);
        return run!;
    }

    /// <summary>Waits for a run's end.</summary>
    public async Task<RunState> Ended(string run)
    {
        var state = RunState.Running;
        await Wait.Until(() => (state = Ledger.FindSummary(run)!.State) is RunState.Succeeded or RunState.Failed or RunState.Cancelled, TestContext.Current.CancellationToken);
        return state;
    }

    /// <summary>Rows of a query.</summary>
    public IReadOnlyList<T> Query<T>(string sql, Func<DbDataReader, T> row)
    {
        using var command = _source.CreateCommand(sql);
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
            rows.Add(row(reader));
        return rows;
    }

    /// <summary>The first number of a query.</summary>
    public long Count(string sql) => Query(sql, r => Convert.ToInt64(r.GetValue(0), System.Globalization.CultureInfo.InvariantCulture))[0];

    /// <summary>How many processes of this bench live.</summary>
    public int Alive() => Processes.CountMarked($"{Mark}={_mark}");

    /// <summary>
    /// Stops all workers as a service manager does, and pacers once there is nothing more to tell. Whoever was killed last is let come back
    /// first: it sweeps its folder.
    /// </summary>
    public async Task StopWorkers()
    {
        await Wait.Until(() => _workers.Concat(_pacers).All(w => w.Engine is not null), TestContext.Current.CancellationToken);
        if (_pacers.Count > 0)
            await Wait.Until(() => Count("SELECT COUNT(*) FROM dnc.outbox") == 0, TestContext.Current.CancellationToken);
        await Task.WhenAll(_workers.Concat(_pacers).Select(w => w.StopAsync()));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var worker in _workers.Concat(_pacers))
        {
            worker.Signal(Processes.Continue);
            foreach (var child in worker.Children())
                Processes.Signal(child, Processes.Kill);
            var stopped = worker.StopAsync();
            worker.Signal(Processes.Kill);
            await stopped;
        }

        if (_client.IsValueCreated)
            _client.Value.Dispose();
        await _source.DisposeAsync();
        Server.Dispose();
        _disk?.Dispose();
        Folder.Dispose();
    }
}
