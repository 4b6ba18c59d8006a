using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using DnC.Workflow.Elsa.Tests.Server;
using DnC.Workflow.Stages.Lifecycle;

namespace DnC.Workflow.Elsa.Tests.Workflows;

/// <summary>A workflow of a user's own, published through the API, that something else than a person starts.</summary>
public sealed class TriggerTests : OnAServer
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_HTTP_endpoint_starts_a_run_for_who_has_a_token_whether_it_asks_for_one_or_not(bool authorize)
    {
        await PublishAsync("by-http", new JsonObject
        {
            ["id"] = "trigger", ["type"] = "Elsa.HttpEndpoint", ["version"] = 1, ["path"] = Literal("train"),
            ["supportedMethods"] = new JsonObject { ["typeName"] = "Object", ["expression"] = new JsonObject { ["type"] = "Object", ["value"] = "[\"POST\"]" } },
            ["authorize"] = new JsonObject { ["typeName"] = "Boolean", ["expression"] = new JsonObject { ["type"] = "Literal", ["value"] = authorize } },
            ["customProperties"] = new JsonObject { ["canStartWorkflow"] = true },
        });
        using var stranger = new HttpClient { BaseAddress = Server.Address };
        HttpStatusCode refused;
        do
        {
            // Triggers are indexed in the background.
            using var answer = await stranger.PostAsync("/workflows/train", null, Stop);
            refused = answer.StatusCode;
        }
        while (refused == HttpStatusCode.NotFound);
        Assert.Equal(HttpStatusCode.Unauthorized, refused);
        Assert.Empty(Server.Runs.List());
        using var started = await Server.Client.PostAsync("/workflows/train", null, Stop);
        Assert.True(started.IsSuccessStatusCode, $"{started.StatusCode}");
        await FirstRunSucceedsAsync();
    }

    [Fact]
    public async Task A_timer_starts_a_run()
    {
        await PublishAsync("by-timer", new JsonObject
        {
            ["id"] = "trigger", ["type"] = "Elsa.Timer", ["version"] = 1,
            ["interval"] = new JsonObject { ["typeName"] = "TimeSpan", ["expression"] = new JsonObject { ["type"] = "Literal", ["value"] = "00:00:02" } },
            ["customProperties"] = new JsonObject { ["canStartWorkflow"] = true },
        });
        await FirstRunSucceedsAsync();

        // A timer of Elsa's that fires when its server is gone takes the process along.
        (await Server.Client.DeleteAsync("/elsa/api/workflow-definitions/by-timer", Stop)).EnsureSuccessStatusCode();
        await Task.Delay(TimeSpan.FromSeconds(3), Stop);
    }

    private static JsonObject Literal(string value) => new() { ["typeName"] = "String", ["expression"] = new JsonObject { ["type"] = "Literal", ["value"] = value } };

    private Task FirstRunSucceedsAsync() => Until(() => Server.Runs.List() is [.., { State: RunState.Succeeded }]);

    private async Task PublishAsync(string id, JsonObject trigger)
    {
        var model = new JsonObject
        {
            ["definitionId"] = id, ["name"] = id, ["version"] = 1, ["isLatest"] = true, ["isPublished"] = true,
            ["root"] = new JsonObject
            {
                ["type"] = "Elsa.Flowchart", ["version"] = 1, ["id"] = "chart", ["start"] = "trigger",
                ["activities"] = new JsonArray(
                    trigger,
                    new JsonObject { ["id"] = "run", ["type"] = "DnC.RunDivideAndContrast", ["version"] = 1, ["spec"] = Literal("uncurated-small"), ["data"] = Literal(Data.Path) }),
                ["connections"] = new JsonArray(new JsonObject
                {
                    ["source"] = new JsonObject { ["activity"] = "trigger", ["port"] = "Done" }, ["target"] = new JsonObject { ["activity"] = "run", ["port"] = "In" },
                }),
            },
        };
        using var answer = await Server.Client.PostAsJsonAsync("/elsa/api/workflow-definitions", new JsonObject { ["model"] = model, ["publish"] = true }, Stop);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Stop));
    }
}
