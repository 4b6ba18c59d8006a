using System.Collections.Concurrent;
using DnC.Workflow.Runtime.Execute;
using DnC.Workflow.Runtime.Hosting;
using DnC.Workflow.Runtime.TestHost.Bodies;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Ports;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Runtime.Tests.Hosting;

/// <summary>An engine in this process, bodies included, unless a test says otherwise.</summary>
public sealed class EngineFixture : IAsyncDisposable
{
    private readonly Lazy<EmbeddedEngine> _engine;

    public EngineFixture()
    {
        Options = new EngineOptions
        {
            Root = Folder.At("root"),
            Slots = new Dictionary<string, int> { ["cpu"] = 2 },
            Executors = TestBodies.All,
            Child = null,
            Jitter = () => 0.5,
            Report = (_, e) => Reports.Enqueue(e),
            Passed = (point, claim) => Passed(point, claim),
        };
        _engine = new Lazy<EmbeddedEngine>(() => OpenLedger is { } open ? EmbeddedEngine.Start(Options, open) : EmbeddedEngine.Start(Options));
    }

    public TestFolder Folder { get; } = new();

    public EngineOptions Options { get; set; }

    /// <summary>Opens another ledger than the engine's own.</summary>
    public Func<IDoorbell, ILedger>? OpenLedger { get; set; }

    public ConcurrentQueue<Exception> Reports { get; } = new();

    public Action<AttemptPoint, StageClaim> Passed { get; set; } = (_, _) => { };

    public EmbeddedEngine Engine => _engine.Value;

    public string Submit(params StageNode[] stages)
    {
        var graph = new StageGraph();
        foreach (var stage in stages)
            graph.Add(stage);
        return Engine.Ledger.Submit(new RunSubmission
        {
            RequestId = $"request {Engine.Ledger.List().Count}",
            Name = "test",
            SpecJson = "{}",
            Identity = "test",
            Data = new DataSpec(),
            Graph = graph,
            Retry = new RetryPolicy { FirstDelay = TimeSpan.FromMilliseconds(10) },
        });
    }

    public async Task<RunState> Ended(string run) => (await Engine.WhenEnded(run, TestContext.Current.CancellationToken)).State;

    public async ValueTask DisposeAsync()
    {
        if (_engine.IsValueCreated)
            await Engine.DisposeAsync();
        Folder.Dispose();
    }
}
