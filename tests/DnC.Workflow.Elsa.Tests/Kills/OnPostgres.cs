using System.Text.Json;
using DnC.Workflow.Elsa.Tests.Server;
using DnC.Workflow.Runtime.Artifacts;
using DnC.Workflow.Runtime.Hosting;
using DnC.Workflow.Runtime.Postgres;
using DnC.Workflow.Runtime.Submit;
using DnC.Workflow.Runtime.TestHost.Bodies;
using DnC.Workflow.Stages.Lifecycle;

namespace DnC.Workflow.Elsa.Tests.Kills;

/// <summary>A test with a real PostgreSQL, a worker on it in this process, and servers as processes of their own.</summary>
public abstract class OnPostgres : IAsyncLifetime
{
    private readonly List<HostProcess> _hosts = [];
    private WorkerEngine? _worker;

    private protected TestData Data { get; } = new();

    private protected PrivatePostgres Postgres { get; private set; } = null!;

    private protected RunService Runs { get; private set; } = null!;

    private protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        if (!PrivatePostgres.Available(out var why))
            Assert.Skip(why);
        Postgres = PrivatePostgres.Start(Data.At("postgres"), new PrivatePostgresOptions { Fsync = false, MaxConnections = 600 });
        _worker = StartWorker();
        Runs = new RunService(_worker.Ledger);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts)
            host.Dispose();
        if (_worker is not null)
            await _worker.DisposeAsync();
        Postgres?.Dispose();
        Data.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Another server on the same database; not started yet.</summary>
    private protected HostProcess Host(string name = "host")
    {
        var host = new HostProcess(Data.At(name), Postgres.ConnectionString);
        _hosts.Add(host);
        return host;
    }

    private protected StageState StateOf(string run, string stage) => Runs.Get(run).Stages.Single(s => s.Node.Name == stage).State;

    /// <summary>Asserts that an instance has ended well, and that each stage of its run was done once.</summary>
    private protected void AssertDoneOnce(string instance, JsonElement finished)
    {
        Assert.Equal("Finished", finished.GetProperty("subStatus").GetString());
        Assert.Empty(finished.GetProperty("workflowState").GetProperty("incidents").EnumerateArray());
        Assert.Equal(RunState.Succeeded, Runs.Get(instance).Summary.State);
        Assert.All(Runs.Get(instance).Stages, s => Assert.Equal((1, 1), (s.Generation, Data.Starts(s.Node.Name))));
        Assert.Single(Runs.List());
    }

    private protected static async Task Until(Func<bool> isSo)
    {
        while (!isSo())
            await Task.Delay(100, Stop);
    }

    private WorkerEngine StartWorker() => WorkerEngine.Start(new WorkerOptions
    {
        Engine = new EngineOptions
        {
            Root = Directory.CreateDirectory(Data.At("worker")).FullName,
            Slots = new Dictionary<string, int>(StringComparer.Ordinal) { ["cpu"] = 2, ["gpu"] = 122 },
            Executors = TestBodies.All,
            Child = null,
            Jitter = () => 0.5,
        },
        ConnectionString = Postgres.ConnectionString,
        OpenStore = () => new FolderStore(Data.At("artifacts")),
        Version = "1.2.3-test",
        Device = "cpu",
    });
}
