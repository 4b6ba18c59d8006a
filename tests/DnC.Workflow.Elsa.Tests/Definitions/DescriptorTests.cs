using System.Net.Http.Json;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using DnC.Workflow.Elsa.Tests.Server;

namespace DnC.Workflow.Elsa.Tests.Definitions;

/// <summary>What a designer is told of the activities, and the committed copy of it that the tests without Elsa rely on.</summary>
public sealed class DescriptorTests : IDisposable
{
    private static readonly string s_snapshot = Checkout.At("tests", "DnC.Workflow.Elsa.Tests", "Definitions", "activities.json");
    private static readonly JsonSerializerOptions s_readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly TestData _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task The_committed_descriptors_are_those_of_the_server()
    {
        await using var server = await TestServer.StartAsync(_data.At("root"));
        var all = await server.Client.GetFromJsonAsync<JsonElement>("/elsa/api/descriptors/activities", TestContext.Current.CancellationToken);
        var ours = new JsonArray([.. all.GetProperty("items").EnumerateArray()
            .Where(a => a.GetProperty("typeName").GetString()!.StartsWith("DnC.", StringComparison.Ordinal))
            .OrderBy(a => a.GetProperty("typeName").GetString(), StringComparer.Ordinal).Select(Describe)]);
        var text = ours.ToJsonString(s_readable) + "\n";
        if (Environment.GetEnvironmentVariable("DNC_REWRITE_GOLDEN") == "1")
            await File.WriteAllTextAsync(s_snapshot, text, TestContext.Current.CancellationToken);
        Assert.Equal(await File.ReadAllTextAsync(s_snapshot, TestContext.Current.CancellationToken), text);
        Assert.All(ours, a => Assert.Equal("Divide and Contrast", a!["category"]!.GetValue<string>()));
        Assert.All(ours, a => Assert.Equal(["Done", "Failed", "Cancelled"], a!["outcomes"]!.AsArray().Select(o => o!.GetValue<string>())));
    }

    private static JsonNode Describe(JsonElement activity) => new JsonObject
    {
        ["type"] = activity.GetProperty("typeName").GetString(),
        ["displayName"] = activity.GetProperty("displayName").GetString(),
        ["category"] = activity.GetProperty("category").GetString(),
        ["description"] = activity.GetProperty("description").GetString(),
        ["inputs"] = Properties(activity.GetProperty("inputs"), "uiHint"),
        ["outputs"] = Properties(activity.GetProperty("outputs"), null),
        ["outcomes"] = new JsonArray([.. activity.GetProperty("ports").EnumerateArray().Select(p => JsonValue.Create(p.GetProperty("name").GetString()))]),
    };

    private static JsonArray Properties(JsonElement properties, string? hint) => new([.. properties.EnumerateArray()
        .OrderBy(p => p.GetProperty("name").GetString(), StringComparer.Ordinal)
        .Select(p =>
        {
            var described = new JsonObject
            {
                ["name"] = p.GetProperty("name").GetString(),
                ["displayName"] = p.GetProperty("displayName").GetString(),
                ["description"] = p.GetProperty("description").GetString(),
            };
            if (hint is not null)
                described[hint] = p.GetProperty(hint).GetString();
            return described;
        })]);
}
