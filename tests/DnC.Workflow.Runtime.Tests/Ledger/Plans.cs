using System.Text.Json;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Ports;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Runtime.Tests.Ledger;

/// <summary>Small graphs and submissions.</summary>
internal static class Plans
{
    public static StageNode Node(string name, params string[] parents) => new()
    {
        Name = name,
        Kind = "noop",
        Resource = "cpu",
        Settings = Settings(name),
        Inputs = [.. parents.Select(p => new StageInput(p, p, "out"))],
    };

    public static JsonElement Settings(string value) => JsonSerializer.SerializeToElement(new { value });

    public static StageGraph Graph(params StageNode[] nodes)
    {
        var graph = new StageGraph();
        foreach (var node in nodes)
            graph.Add(node);
        return graph;
    }

    /// <summary>base → join over a middle of <paramref name="width"/> stages.</summary>
    public static StageGraph Fan(int width)
    {
        var graph = new StageGraph().Add(Node("base"));
        for (var i = 0; i < width; i++)
            graph.Add(Node($"work[{i}]", "base"));
        return graph.Add(Node("join", [.. Enumerable.Range(0, width).Select(i => $"work[{i}]")]));
    }

    /// <summary>base → cluster → experts that exist only if the cluster does → distill.</summary>
    public static StageGraph Clustered(int experts)
    {
        var graph = new StageGraph().Add(Node("base")).Add(Node("cluster", "base"));
        for (var i = 0; i < experts; i++)
            graph.Add(Node($"expert[{i}]") with { Inputs = [new StageInput("members", "cluster", $"members-{i}")], FanOutOf = "cluster", Index = i });
        return graph.Add(Node("distill", ["base", .. Enumerable.Range(0, experts).Select(i => $"expert[{i}]")]));
    }

    public static RunSubmission Submission(StageGraph graph, string request = "request", RetryPolicy? retry = null) => new()
    {
        RequestId = request,
        Name = "test",
        SpecJson = "{}",
        Identity = "identity",
        Data = new DataSpec { Path = "/data" },
        Graph = graph,
        Retry = retry ?? new RetryPolicy(),
    };

    /// <summary>An artifact with the files 'out' and 'members-0' to 'members-9', whose digests follow from <paramref name="content"/>.</summary>
    public static Artifact Output(string location, string content) => new(location, [
        .. Enumerable.Range(0, 10).Select(i => $"members-{i}").Prepend("out").Select(file => new ArtifactFile(location, file, 1, $"{content}/{file}"))]);

    public static StageResult Result(int? fanOut = null) => StageResult.Of(new { loss = 0.5 }, fanOut);
}
