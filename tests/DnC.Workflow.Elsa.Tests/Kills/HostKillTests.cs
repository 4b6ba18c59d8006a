using DnC.Workflow.Elsa.Tests.Server;
using DnC.Workflow.Runtime.Artifacts;
using DnC.Workflow.Runtime.Hosting;
using DnC.Workflow.Runtime.Postgres;
using DnC.Workflow.Runtime.Submit;
using DnC.Workflow.Runtime.TestHost.Bodies;
using DnC.Workflow.Stages.Lifecycle;

namespace DnC.Workflow.Elsa.Tests.Kills;

/// <summary>The server is killed while stages run and end without it, on a real PostgreSQL with a worker elsewhere: nothing is lost or doubled.</summary>
public sealed class HostKillTests : IAsyncLifetime, IDisposable
{
    private const int Experts = 16;

    private readonly TestData _data = new();
    private PrivatePostgres _postgres = null!;
    private WorkerEngine _worker = null!;
    private HostProcess _host = null!;
    private RunService _runs = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        if (!PrivatePostgres.Available(out var why))
            Assert.Skip(why);
        _postgres = PrivatePostgres.Start(_data.At("postgres"), new PrivatePostgresOptions { Fsync = false, MaxConnections = 600 });
        _worker = StartWorker();
        _runs = new RunService(_worker.Ledger);
        _host = new HostProcess(_data.At("host"), _postgres.ConnectionString);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        _host?.Dispose();
        if (_worker is not null)
            await _worker.DisposeAsync();
        _postgres?.Dispose();
    }

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task The_server_killed_at_every_stage_loses_nothing_and_doubles_nothing()
    {
        string[] ones = ["base", "embed", "cluster", "distill", "evaluate[dnc]"];
        string[] experts = [.. Enumerable.Range(0, Experts).Select(i => $"expert[{i}]")];
        foreach (var stage in ones.Concat(experts))
            _data.Set(stage + ".hold");
        await _host.StartAsync(Stop);
        var instance = await _host.Client.StartAsync("divide-and-contrast", new { Spec = "uncurated-small", Data = _data.Path, Overrides = $"cluster.k={Experts}" });
        foreach (string[] held in (string[][])[["base"], ["embed"], ["cluster"], experts, ["distill"], ["evaluate[dnc]"]])
        {
            await Until(() => held.All(s => _data.Starts(s) == 1));

            // Half of them end while the server is dead, half of them after it has come back.
            _host.Kill();
            foreach (var stage in held.Take((held.Length + 1) / 2))
                _data.Clear(stage + ".hold");
            await Until(() => held.Take((held.Length + 1) / 2).All(s => StateOf(instance, s).IsSatisfied()));
            await _host.StartAsync(Stop);
            foreach (var stage in held)
                _data.Clear(stage + ".hold");
        }

        var finished = await _host.Client.WhenFinishedAsync(instance);
        Assert.Equal("Finished", finished.GetProperty("subStatus").GetString());
        Assert.Empty(finished.GetProperty("workflowState").GetProperty("incidents").EnumerateArray());
        Assert.Equal(RunState.Succeeded, _runs.Get(instance).Summary.State);
        Assert.All(_runs.Get(instance).Stages, s => Assert.Equal((1, 1), (s.Generation, _data.Starts(s.Node.Name))));
        Assert.Single(_runs.List());
        await Until(() => _runs.OpenRequests().Count == 0);
    }

    [Fact]
    public async Task A_hundred_and_twenty_experts_that_end_at_the_same_moment_are_all_counted()
    {
        const int many = 120;
        for (var i = 0; i < many; i++)
            _data.Set($"expert[{i}].hold");
        await _host.StartAsync(Stop);
        var instance = await _host.Client.StartAsync("divide-and-contrast", new { Spec = "uncurated-small", Data = _data.Path, Overrides = $"cluster.k={many}" });
        await Until(() => Enumerable.Range(0, many).All(i => _data.Starts($"expert[{i}]") == 1));
        for (var i = 0; i < many; i++)
            _data.Clear($"expert[{i}].hold");
        await _host.Client.WhenFinishedAsync(instance);
        Assert.Equal(RunState.Succeeded, _runs.Get(instance).Summary.State);
        Assert.Equal(many, _runs.Get(instance).Stages.Count(s => s.Node.Kind == "expert" && s.State == StageState.Succeeded));
    }

    private StageState StateOf(string run, string stage) => _runs.Get(run).Stages.Single(s => s.Node.Name == stage).State;

    private static async Task Until(Func<bool> isSo)
    {
        while (!isSo())
            await Task.Delay(100, Stop);
    }

    private WorkerEngine StartWorker() => WorkerEngine.Start(new WorkerOptions
    {
        Engine = new EngineOptions
        {
            Root = Directory.CreateDirectory(_data.At("worker")).FullName,
            Slots = new Dictionary<string, int>(StringComparer.Ordinal) { ["cpu"] = 2, ["gpu"] = 122 },
            Executors = TestBodies.All,
            Child = null,
            Jitter = () => 0.5,
        },
        ConnectionString = _postgres.ConnectionString,
        OpenStore = () => new FolderStore(_data.At("artifacts")),
        Version = "1.2.3-test",
        Device = "cpu",
    });
}
