using System.Net;
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
        await Server.Client.PublishAsync("by-http", new JsonObject
        {
            ["id"] = "trigger", ["type"] = "Elsa.HttpEndpoint", ["version"] = 1, ["path"] = Published.Literal("train"),
            ["supportedMethods"] = new JsonObject { ["typeName"] = "Object", ["expression"] = new JsonObject { ["type"] = "Object", ["value"] = "[\"POST\"]" } },
            ["authorize"] = Published.Literal(authorize, "Boolean"),
            ["customProperties"] = new JsonObject { ["canStartWorkflow"] = true },
        }, Published.Training("DnC.RunDivideAndContrast", Data.Path));
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
        await Until(() => Server.Runs.List() is [{ State: RunState.Succeeded }]);
    }
}
