using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace DnC.Workflow.Elsa.Tests.Server;

/// <summary>Workflows of a user's own, published through the server's API.</summary>
internal static class Published
{
    /// <summary>An activity's input that is given as it is.</summary>
    public static JsonObject Literal(JsonNode value, string type = "String") =>
        new() { ["typeName"] = type, ["expression"] = new JsonObject { ["type"] = "Literal", ["value"] = value } };

    /// <summary>An activity that runs the method on some data.</summary>
    public static JsonObject Training(string type, string data) =>
        new() { ["id"] = "run", ["type"] = type, ["version"] = 1, ["spec"] = Literal("uncurated-small"), ["data"] = Literal(data) };

    /// <summary>Publishes a workflow of activities that follow each other.</summary>
    public static async Task PublishAsync(this HttpClient client, string id, params JsonObject[] activities)
    {
        var names = activities.Select(a => (string)a["id"]!).ToList();
        var model = new JsonObject
        {
            ["definitionId"] = id, ["name"] = id, ["version"] = 1, ["isLatest"] = true, ["isPublished"] = true,
            ["root"] = new JsonObject
            {
                ["type"] = "Elsa.Flowchart", ["version"] = 1, ["id"] = "chart", ["start"] = names[0],
                ["activities"] = new JsonArray([.. activities]),
                ["connections"] = new JsonArray([.. names.Zip(names.Skip(1), (from, to) => new JsonObject
                {
                    ["source"] = new JsonObject { ["activity"] = from, ["port"] = "Done" }, ["target"] = new JsonObject { ["activity"] = to, ["port"] = "In" },
                })]),
            },
        };
        using var answer = await client.PostAsJsonAsync("/elsa/api/workflow-definitions", new JsonObject { ["model"] = model, ["publish"] = true });
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }
}
