using System.Net.Http.Json;
using System.Text.Json;
using DnC.Workflow.Elsa.Tests.Server;
using DnC.Workflow.Runtime.Front;
using DnC.Workflow.Stages.Lifecycle;
using Elsa.Workflows.Runtime.Notifications;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace DnC.Workflow.Elsa.Tests.Workflows;

/// <summary>Ends from both sides: none leaves anything of the other behind.</summary>
public sealed class CancellationTests : OnAServer
{
    [Theory]
    [InlineData("base", "divide-and-contrast")]
    [InlineData("expert[0]", "divide-and-contrast")]
    [InlineData("base", "divide-and-contrast-one-activity")]
    public async Task Cancelling_the_instance_cancels_its_run(string held, string definition)
    {
        var instance = await HeldAt(held, definition);
        (await Server.Client.PostAsJsonAsync("/elsa/api/bulk-actions/cancel/workflow-instances", new { ids = new[] { instance } }, Stop)).EnsureSuccessStatusCode();
        var finished = await Server.Client.WhenFinishedAsync(instance);
        Assert.Equal("Cancelled", finished.GetProperty("subStatus").GetString());
        await Server.Client.WhenAsync(instance, _ => Server.Runs.Get(instance).Stages.All(s => s.State is not (StageState.Running or StageState.Ready)));
        Assert.Equal(RunState.Cancelled, Server.Runs.Get(instance).Summary.State);
        Assert.Empty(Server.Runs.OpenRequests());
    }

    [Theory]
    [InlineData("base", "divide-and-contrast")]
    [InlineData("expert[0]", "divide-and-contrast")]
    [InlineData("base", "divide-and-contrast-one-activity")]
    public async Task Cancelling_the_run_ends_the_instance(string held, string definition)
    {
        var instance = await HeldAt(held, definition);
        Server.Runs.Cancel(instance);
        AssertUnharmed(await Server.Client.WhenFinishedAsync(instance));
        Assert.Equal(0, Data.Starts("distill"));
        Assert.Empty(Server.Runs.OpenRequests());
    }

    [Fact]
    public async Task Cancelling_the_run_ends_an_instance_that_waits_for_a_failed_stage()
    {
        Data.Set("base.fail");
        var instance = await Server.Client.StartAsync("divide-and-contrast", Input);
        await Server.Client.WhenAsync(instance, _ => Server.Runs.OpenRequests(instance) is [{ StageState: StageState.Failed }]);
        Server.Runs.Cancel(instance);
        AssertUnharmed(await Server.Client.WhenFinishedAsync(instance));
    }

    [Fact]
    public async Task Deleting_the_instance_leaves_no_orphan()
    {
        var instance = await HeldAt("base", "divide-and-contrast");
        (await Server.Client.DeleteAsync($"/elsa/api/workflow-instances/{instance}", Stop)).EnsureSuccessStatusCode();
        await Until(() => Server.Runs.Get(instance).Summary.State == RunState.Cancelled && Server.Runs.OpenRequests().Count == 0);
        await Server.Client.WhenGoneAsync(instance);
    }

    [Fact]
    public async Task Deleting_a_finished_instance_leaves_alone_what_is_done_again_of_its_run()
    {
        var instance = await Server.Client.StartAsync("divide-and-contrast", Input);
        await Server.Client.WhenFinishedAsync(instance);
        Data.Set("distill.hold");
        var again = await Server.Client.StartAsync("rerun-stage", new { Run = instance, Stage = "distill" });
        await Server.Client.WhenAsync(again, _ => Data.Starts("distill") == 2);
        (await Server.Client.DeleteAsync($"/elsa/api/workflow-instances/{instance}", Stop)).EnsureSuccessStatusCode();
        Data.Clear("distill.hold");
        await Server.Client.WhenFinishedAsync(again);
        Assert.Equal(RunState.Succeeded, Server.Runs.Get(instance).Summary.State);
    }

    [Fact]
    public async Task A_ledger_that_is_away_stops_no_notification()
    {
        await using var away = new ServiceCollection().AddSingleton<FrontAudit>(_ => throw new NpgsqlException("nobody answers")).BuildServiceProvider();
        await using var scope = Server.Services.CreateAsyncScope();
        var handler = ActivatorUtilities.CreateInstance<CancelHandler>(scope.ServiceProvider, away);
        await handler.HandleAsync(new WorkflowCancelling("any"), Stop);
    }

    private static void AssertUnharmed(JsonElement instance)
    {
        Assert.Equal("Finished", instance.GetProperty("subStatus").GetString());
        Assert.Empty(instance.GetProperty("workflowState").GetProperty("incidents").EnumerateArray());
    }

    private async Task<string> HeldAt(string stage, string definition)
    {
        Data.Set(stage + ".hold");
        var instance = await Server.Client.StartAsync(definition, Input);
        await Server.Client.WhenAsync(instance, _ => Data.Starts(stage) == 1);
        return instance;
    }
}
