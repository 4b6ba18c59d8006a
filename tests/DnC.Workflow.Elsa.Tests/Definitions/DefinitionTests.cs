using System.Text.Json;

namespace DnC.Workflow.Elsa.Tests.Definitions;

/// <summary>
/// The ready definitions against what the activities are. 'activities.json' is written by the tests that have a real Elsa server; so a definition
/// that names what is not there is found without one.
/// </summary>
public class DefinitionTests
{
    private static readonly string[] s_ofElsa = ["Elsa.Flowchart", "Elsa.ParallelForEach", "Elsa.SetOutput"];
    private static readonly string[] s_ofAny = ["id", "type", "version", "name", "metadata", "customProperties", "nodeId"];

    public static TheoryData<string> Files => [.. Directory.EnumerateFiles(Checkout.At("workflows", "elsa"), "*.json").Select(f => Path.GetFileName(f))];

    private static JsonElement[] Activities { get; } = [.. Read(Checkout.At("tests", "DnC.Workflow.Elsa.Tests", "Definitions", "activities.json")).EnumerateArray()];

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_node_is_an_activity_with_just_its_inputs_and_outputs(string file)
    {
        foreach (var node in Nodes(Definition(file).GetProperty("root")))
        {
            var type = node.GetProperty("type").GetString()!;
            if (s_ofElsa.Contains(type))
                continue;
            var activity = Assert.Single(Activities, a => a.GetProperty("type").GetString() == type);
            var known = activity.GetProperty("inputs").EnumerateArray().Concat(activity.GetProperty("outputs").EnumerateArray())
                .Select(p => JsonNamingPolicy.CamelCase.ConvertName(p.GetProperty("name").GetString()!)).Concat(s_ofAny);
            Assert.Empty(node.EnumerateObject().Select(p => p.Name).Except(known));
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_connection_leads_from_an_outcome_that_there_is_to_a_node_that_there_is(string file)
    {
        foreach (var chart in Nodes(Definition(file).GetProperty("root")).Where(n => n.GetProperty("type").GetString() == "Elsa.Flowchart"))
        {
            var nodes = chart.GetProperty("activities").EnumerateArray().ToDictionary(n => n.GetProperty("id").GetString()!);
            Assert.Contains(chart.GetProperty("start").GetString()!, nodes.Keys);
            foreach (var connection in chart.GetProperty("connections").EnumerateArray())
            {
                Assert.Contains(connection.GetProperty("target").GetProperty("activity").GetString()!, nodes.Keys);
                var from = nodes[connection.GetProperty("source").GetProperty("activity").GetString()!];
                var outcomes = Activities.Where(a => a.GetProperty("type").GetString() == from.GetProperty("type").GetString())
                    .SelectMany(a => a.GetProperty("outcomes").EnumerateArray().Select(o => o.GetString()!)).DefaultIfEmpty("Done");
                Assert.Contains(connection.GetProperty("source").GetProperty("port").GetString()!, outcomes);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_node_has_a_place_of_its_own_for_the_designer(string file)
    {
        foreach (var chart in Nodes(Definition(file).GetProperty("root")).Where(n => n.GetProperty("type").GetString() == "Elsa.Flowchart"))
        {
            var places = chart.GetProperty("activities").EnumerateArray().Select(n => n.GetProperty("metadata").GetProperty("designer").GetProperty("position"))
                .Select(p => (p.GetProperty("x").GetDouble(), p.GetProperty("y").GetDouble())).ToArray();
            Assert.Equal(places.Distinct(), places);
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void What_is_kept_over_a_suspension_says_where(string file)
    {
        var definition = Definition(file);
        Assert.True(definition.GetProperty("isReadonly").GetBoolean());
        Assert.All(definition.GetProperty("variables").EnumerateArray(), v => Assert.Contains("WorkflowInstance", v.GetProperty("storageDriverTypeName").GetString()!, StringComparison.Ordinal));
        Assert.All(definition.GetProperty("inputs").EnumerateArray(), v => Assert.Contains("WorkflowInstance", v.GetProperty("storageDriverType").GetString()!, StringComparison.Ordinal));
        var variables = definition.GetProperty("variables").EnumerateArray().Select(v => v.GetProperty("id").GetString()).ToHashSet();
        foreach (var node in Nodes(definition.GetProperty("root")))
        {
            var outputs = node.EnumerateObject().Where(p => p.Value.ValueKind == JsonValueKind.Object && p.Value.TryGetProperty("memoryReference", out _) && !p.Value.TryGetProperty("expression", out _));
            Assert.All(outputs, o => Assert.Contains(o.Value.GetProperty("memoryReference").GetProperty("id").GetString(), variables));
        }
    }

    private static JsonElement Definition(string file) => Read(Checkout.At("workflows", "elsa", file));

    private static JsonElement Read(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        return document.RootElement.Clone();
    }

    // Itself, the nodes of a chart, and the body of a loop.
    private static IEnumerable<JsonElement> Nodes(JsonElement node)
    {
        yield return node;
        var inner = node.TryGetProperty("activities", out var activities) ? activities.EnumerateArray().ToArray() : node.TryGetProperty("body", out var body) ? [body] : [];
        foreach (var below in inner.SelectMany(Nodes))
            yield return below;
    }
}
