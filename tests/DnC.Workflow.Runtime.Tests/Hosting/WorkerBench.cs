using System.Collections.Concurrent;
using DnC.Workflow.Runtime.Artifacts;
using DnC.Workflow.Runtime.Execute;
using DnC.Workflow.Runtime.Hosting;
using DnC.Workflow.Runtime.TestHost;
using DnC.Workflow.Runtime.TestHost.Bodies;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Ports;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Runtime.Tests.Hosting;

/// <summary>A database with workers on it, in this process and in others, and a client beside them.</summary>
public sealed class WorkerBench(string connectionString) : IAsyncDisposable
{
    private readonly List<WorkerEngine> _workers = [];
    private readonly List<EngineProcess> _processes = [];
    private LedgerClient? _client;
    private WorkerEngine? _watcher;
    private int _runs;

    public TestFolder Folder { get; } = new();

    /// <summary>Short, so that tests of a lost worker are; long enough for a busy machine.</summary>
    public LeaseSettings Lease { get; set; } = new() { Lease = TimeSpan.FromSeconds(3), Heartbeat = TimeSpan.FromMilliseconds(100), Pass = TimeSpan.FromMilliseconds(100) };

    public ConcurrentQueue<(string What, Exception Error)> Reports { get; } = new();

    public LedgerClient Client => _client ??= LedgerClient.Open(connectionString, () => 0.5, (what, e) => Reports.Enqueue((what, e)));

    public ILedger Ledger => Client.Ledger;

    public string Artifacts => Folder.At("artifacts");

    /// <summary>A worker in this process, bodies included.</summary>
    public WorkerEngine Start(
        string name, int slots = 2, string resource = "cpu", IReadOnlyList<IStageExecutor>? bodies = null, Action<AttemptPoint, StageClaim>? passed = null,
        RetentionOptions? retention = null)
    {
        var engine = WorkerEngine.Start(new WorkerOptions
        {
            Engine = new EngineOptions
            {
                Root = Folder.At(name),
                Slots = new Dictionary<string, int>(StringComparer.Ordinal) { [resource] = slots },
                Executors = bodies ?? TestBodies.All,
                Child = null,
                Jitter = () => 0.5,
                Lease = Lease,
                Report = (what, e) => Reports.Enqueue((what, e)),
                Passed = passed ?? ((_, _) => { }),
            },
            ConnectionString = connectionString,
            OpenStore = () => new FolderStore(Artifacts),
            Retention = retention,
            Version = "1.2.3-test",
            Device = "cpu",
        });
        _workers.Add(engine);
        return engine;
    }

    /// <summary>A worker in a process of its own, bodies in children of that.</summary>
    public EngineProcess StartProcess(WorkerScript script)
    {
        var process = EngineProcess.Start(script);
        _processes.Add(process);
        if (!process.ReadUntil("serves as"))
            Assert.Fail(process.WaitForExit().Errors);
        return process;
    }

    public WorkerScript Script(string name) =>
        new() { ConnectionString = connectionString, Artifacts = Artifacts, Work = Folder.At(name), Lease = Lease };

    public string Submit(params StageNode[] stages) => Submit(0, 0, stages);

    public string Submit(int priority, int maxConcurrent, params StageNode[] stages)
    {
        var graph = new StageGraph();
        foreach (var stage in stages)
            graph.Add(stage);
        return Ledger.Submit(new RunSubmission
        {
            RequestId = $"request {++_runs}",
            Name = "test",
            SpecJson = "{}",
            Identity = "test",
            Data = new DataSpec(),
            Graph = graph,
            Retry = new RetryPolicy { FirstDelay = TimeSpan.FromMilliseconds(10) },
            Priority = priority,
            MaxConcurrent = maxConcurrent,
        });
    }

    /// <summary>Waits for a run's end, whoever brings it about.</summary>
    public async Task<RunState> Ended(string run)
    {
        // A worker of a class that no stage asks for: it only looks at every beat.
        _watcher ??= Start("watcher", slots: 1, resource: "of-nothing");
        return (await _watcher.WhenEnded(run, TestContext.Current.CancellationToken)).State;
    }

    /// <summary>Waits until the ledger shows what is expected of a run.</summary>
    public RunView Until(string run, Func<RunView, bool> expected)
    {
        while (true)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            var view = Ledger.Find(run)!;
            if (expected(view))
                return view;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
            process.Dispose();
        foreach (var worker in _workers)
            await worker.DisposeAsync();
        _client?.Dispose();
        Folder.Dispose();
    }
}
