using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace DnC.Workflow.Elsa.Tests.Server;

/// <summary>Workflow instances, through the server's API as any client has it.</summary>
internal static class Instances
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(100);

    /// <summary>Starts a published definition. Answers the instance's id.</summary>
    public static async Task<string> StartAsync(this HttpClient client, string definition, object input)
    {
        using var answer = await client.PostAsJsonAsync($"/elsa/api/workflow-definitions/{definition}/dispatch", new { input });
        Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("workflowInstanceId").GetString()!;
    }

    /// <summary>An instance, or null where it is not stored (yet).</summary>
    public static async Task<JsonElement?> FindAsync(this HttpClient client, string instance)
    {
        using var answer = await client.GetAsync($"/elsa/api/workflow-instances/{instance}");
        return answer.StatusCode == HttpStatusCode.NotFound ? null : await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>();
    }

    /// <summary>Waits until an instance is as it should be; the test's own timeout ends what never is.</summary>
    public static async Task<JsonElement> WhenAsync(this HttpClient client, string instance, Func<JsonElement, bool> isSo)
    {
        while (true)
        {
            if (await client.FindAsync(instance) is { } found && isSo(found))
                return found;
            await Task.Delay(s_look, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Waits until it has finished.</summary>
    public static Task<JsonElement> WhenFinishedAsync(this HttpClient client, string instance) => client.WhenAsync(instance, i => i.GetProperty("status").GetString() == "Finished");

    /// <summary>Waits until it is deleted.</summary>
    public static async Task WhenGoneAsync(this HttpClient client, string instance)
    {
        while (await client.FindAsync(instance) is not null)
            await Task.Delay(s_look, TestContext.Current.CancellationToken);
    }

    /// <summary>What is in its journal: events and messages of each activity.</summary>
    public static async Task<IReadOnlyList<(string Activity, string Event, string? Message)>> JournalAsync(this HttpClient client, string instance)
    {
        var page = await client.GetFromJsonAsync<JsonElement>($"/elsa/api/workflow-instances/{instance}/journal?page=0&pageSize=1000");
        return [.. page.GetProperty("items").EnumerateArray().Select(e => (
            e.GetProperty("activityType").GetString()!, e.GetProperty("eventName").GetString()!, e.TryGetProperty("message", out var message) ? message.GetString() : null))];
    }
}
