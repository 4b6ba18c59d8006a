using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using DnC.Workflow.Elsa.Tests.Server;
using DnC.Workflow.Stages.Lifecycle;

namespace DnC.Workflow.Elsa.Tests.Workflows;

/// <summary>A server of an earlier version of this program, started again as one of a later version that brings other definitions.</summary>
public sealed class UpgradeTests : IDisposable
{
    private const string Definition = "divide-and-contrast";

    private readonly TestData _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Workflows_that_run_end_as_they_began_and_new_ones_are_of_the_new_definition()
    {
        var input = new { Spec = "uncurated-small", Data = _data.Path, Overrides = "cluster.k=4" };
        _data.Set("base.hold");
        string old;
        await using (var server = await StartAsync("old", definition => definition))
        {
            old = await server.Client.StartAsync(Definition, input);
            await server.Client.WhenAsync(old, i => i.GetProperty("subStatus").GetString() == "Suspended" && _data.Starts("base") == 1);
        }

        // Of the later one no node has the name that the workflow which runs has stored.
        _data.Clear("base.hold");
        await using var later = await StartAsync("new", definition =>
        {
            var version = (int)definition["version"]! + 1;
            (definition["version"], definition["id"]) = (version, $"{Definition}-{version}");
            definition["root"] = JsonNode.Parse(definition["root"]!.ToJsonString().Replace("\"id\":\"base", "\"id\":\"first", StringComparison.Ordinal)
                .Replace("\"activity\":\"base", "\"activity\":\"first", StringComparison.Ordinal).Replace("\"start\":\"base", "\"start\":\"first", StringComparison.Ordinal));
            return definition;
        });
        var finished = await later.Client.WhenFinishedAsync(old);
        Assert.Equal("Finished", finished.GetProperty("subStatus").GetString());
        Assert.Empty(finished.GetProperty("workflowState").GetProperty("incidents").EnumerateArray());
        Assert.Equal(RunState.Succeeded, later.Runs.Get(old).Summary.State);

        var young = await later.Client.WhenFinishedAsync(await later.Client.StartAsync(Definition, input));
        Assert.Equal(finished.GetProperty("version").GetInt32() + 1, young.GetProperty("version").GetInt32());
        Assert.Equal("Finished", young.GetProperty("subStatus").GetString());
        var listed = await later.Client.GetFromJsonAsync<JsonElement>("/elsa/api/workflow-definitions?versionOptions=Latest", TestContext.Current.CancellationToken);
        var shown = Assert.Single(listed.GetProperty("items").EnumerateArray(), d => d.GetProperty("definitionId").GetString() == Definition);
        Assert.Equal((young.GetProperty("version").GetInt32(), true), (shown.GetProperty("version").GetInt32(), shown.GetProperty("isPublished").GetBoolean()));
    }

    private async Task<TestServer> StartAsync(string name, Func<JsonNode, JsonNode> change)
    {
        var folder = Directory.CreateDirectory(_data.At(name)).FullName;
        var definition = JsonNode.Parse(await File.ReadAllBytesAsync(Checkout.At("workflows", "elsa", Definition + ".json"), TestContext.Current.CancellationToken))!;
        await File.WriteAllTextAsync(Path.Combine(folder, Definition + ".json"), change(definition).ToJsonString(), TestContext.Current.CancellationToken);
        return await TestServer.StartAsync(_data.At("root"), definitions: folder);
    }
}
