using System.Globalization;
using System.Text.Json;
using DnC.Workflow.Runtime.Artifacts;
using DnC.Workflow.Runtime.Hosting;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Ports;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Bench.Durability;

/// <summary>Graphs to run, and what runs them in this process.</summary>
public static class Graphs
{
    /// <summary>Slots of the class 'cpu'.</summary>
    public static Dictionary<string, int> Cpu(int slots) => new(StringComparer.Ordinal) { ["cpu"] = slots };

    /// <summary>A stage of a kind, with settings that no other has.</summary>
    public static StageNode Node(string name, string kind, params string[] after) => new()
    {
        Name = name,
        Kind = kind,
        Resource = "cpu",
        Settings = JsonSerializer.SerializeToElement(new { name }, SpecJson.Options),
        Inputs = [.. after.Select(a => new StageInput(a, a, "none"))],
    };

    /// <summary>Stages that wait for nothing.</summary>
    public static StageGraph Independent(int count, string kind = "noop")
    {
        var graph = new StageGraph();
        for (var i = 0; i < count; i++)
            graph.Add(Node(string.Create(CultureInfo.InvariantCulture, $"{kind}[{i}]"), kind));
        return graph;
    }

    /// <summary>One, then many beside each other, then one that waits for all.</summary>
    public static StageGraph FanOut(int width)
    {
        var graph = new StageGraph().Add(Node("root", "noop"));
        string[] names = [.. Enumerable.Range(0, width).Select(i => string.Create(CultureInfo.InvariantCulture, $"expert[{i}]"))];
        foreach (var name in names)
            graph.Add(Node(name, "noop", "root"));
        return graph.Add(Node("join", "noop", names));
    }

    /// <summary>A run of a graph, whatever was run before.</summary>
    public static RunSubmission Run(StageGraph graph, string request) => new()
    {
        RequestId = request,
        Name = "bench",
        SpecJson = "{}",
        Identity = request,
        Data = new DataSpec(),
        Graph = graph,
        NoCache = true,
    };

    /// <summary>A worker in this process.</summary>
    public static WorkerEngine Start(string connectionString, string folder, int slots, params IReadOnlyList<IStageExecutor> bodies) => WorkerEngine.Start(new WorkerOptions
    {
        Engine = new EngineOptions { Root = Path.Combine(folder, "work"), Slots = Cpu(slots), Executors = bodies, Child = null, Jitter = Draw },
        ConnectionString = connectionString,
        OpenStore = () => new FolderStore(Path.Combine(folder, "artifacts")),
        Version = "bench",
        Device = "cpu",
    });

    /// <summary>Waits until a run has ended, without being a worker: none of its rings is heard here.</summary>
    /// <param name="client">Asks.</param>
    /// <param name="run">The run.</param>
    /// <param name="every">How often: what is asked costs the measured machine something, too.</param>
    public static async Task Ended(LedgerClient client, string run, TimeSpan every)
    {
        while (!client.Ledger.FindSummary(run)!.State.IsEnded())
            await Task.Delay(every).ConfigureAwait(false);
    }

    /// <summary>A draw in [0, 1).</summary>
    public static double Draw() => System.Security.Cryptography.RandomNumberGenerator.GetInt32(1 << 30) / (double)(1 << 30);
}
