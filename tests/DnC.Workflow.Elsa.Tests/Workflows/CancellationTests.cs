using System.Net.Http.Json;
using System.Text.Json;
using DnC.Workflow.Elsa.Tests.Server;
using DnC.Workflow.Runtime.Submit;
using DnC.Workflow.Stages.Lifecycle;
using Elsa.Workflows.Runtime.Notifications;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace DnC.Workflow.Elsa.Tests.Workflows;

/// <summary>Ends from both sides: none leaves anything of the other behind.</summary>
public sealed class CancellationTests : IAsyncLifetime, IDisposable
{
    private readonly TestData _data = new();
    private TestServer _server = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync(_data.At("root"));

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    public void Dispose() => _data.Dispose();

    [Theory]
    [InlineData("base", "divide-and-contrast")]
    [InlineData("expert[0]", "divide-and-contrast")]
    [InlineData("base", "divide-and-contrast-one-activity")]
    public async Task Cancelling_the_instance_cancels_its_run(string held, string definition)
    {
        var instance = await HeldAt(held, definition);
        (await _server.Client.PostAsJsonAsync("/elsa/api/bulk-actions/cancel/workflow-instances", new { ids = new[] { instance } }, Stop)).EnsureSuccessStatusCode();
        var finished = await _server.Client.WhenFinishedAsync(instance);
        Assert.Equal("Cancelled", finished.GetProperty("subStatus").GetString());
        await _server.Client.WhenAsync(instance, _ => _server.Runs.Get(instance).Stages.All(s => s.State is not (StageState.Running or StageState.Ready)));
        Assert.Equal(RunState.Cancelled, _server.Runs.Get(instance).Summary.State);
        Assert.Empty(_server.Runs.OpenRequests());
    }

    [Theory]
    [InlineData("base", "divide-and-contrast")]
    [InlineData("expert[0]", "divide-and-contrast")]
    [InlineData("base", "divide-and-contrast-one-activity")]
    public async Task Cancelling_the_run_ends_the_instance(string held, string definition)
    {
        var instance = await HeldAt(held, definition);
        _server.Runs.Cancel(instance);
        AssertUnharmed(await _server.Client.WhenFinishedAsync(instance));
        Assert.Equal(0, _data.Starts("distill"));
        Assert.Empty(_server.Runs.OpenRequests());
    }

    [Fact]
    public async Task Cancelling_the_run_ends_an_instance_that_waits_for_a_failed_stage()
    {
        _data.Set("base.fail");
        var instance = await _server.Client.StartAsync("divide-and-contrast", Input);
        await _server.Client.WhenAsync(instance, _ => _server.Runs.OpenRequests(instance) is [{ StageState: StageState.Failed }]);
        _server.Runs.Cancel(instance);
        AssertUnharmed(await _server.Client.WhenFinishedAsync(instance));
    }

    [Fact]
    public async Task Deleting_the_instance_leaves_no_orphan()
    {
        var instance = await HeldAt("base", "divide-and-contrast");
        (await _server.Client.DeleteAsync($"/elsa/api/workflow-instances/{instance}", Stop)).EnsureSuccessStatusCode();
        while (await _server.Client.FindAsync(instance) is not null || _server.Runs.Get(instance).Summary.State != RunState.Cancelled || _server.Runs.OpenRequests().Count > 0)
            await Task.Delay(100, Stop);
    }

    [Fact]
    public async Task Deleting_a_finished_instance_leaves_alone_what_is_done_again_of_its_run()
    {
        var instance = await _server.Client.StartAsync("divide-and-contrast", Input);
        await _server.Client.WhenFinishedAsync(instance);
        _data.Set("distill.hold");
        var again = await _server.Client.StartAsync("rerun-stage", new { Run = instance, Stage = "distill" });
        await _server.Client.WhenAsync(again, _ => _data.Starts("distill") == 2);
        (await _server.Client.DeleteAsync($"/elsa/api/workflow-instances/{instance}", Stop)).EnsureSuccessStatusCode();
        _data.Clear("distill.hold");
        await _server.Client.WhenFinishedAsync(again);
        Assert.Equal(RunState.Succeeded, _server.Runs.Get(instance).Summary.State);
    }

    [Fact]
    public async Task A_ledger_that_is_away_stops_no_notification()
    {
        await using var away = new ServiceCollection().AddSingleton<RunService>(_ => throw new NpgsqlException("nobody answers")).BuildServiceProvider();
        await using var scope = _server.Services.CreateAsyncScope();
        var handler = ActivatorUtilities.CreateInstance<CancelHandler>(scope.ServiceProvider, away);
        await handler.HandleAsync(new WorkflowCancelling("any"), Stop);
    }

    private static void AssertUnharmed(JsonElement instance)
    {
        Assert.Equal("Finished", instance.GetProperty("subStatus").GetString());
        Assert.Empty(instance.GetProperty("workflowState").GetProperty("incidents").EnumerateArray());
    }

    private object Input => new { Spec = "uncurated-small", Data = _data.Path, Overrides = "cluster.k=4" };

    private async Task<string> HeldAt(string stage, string definition)
    {
        _data.Set(stage + ".hold");
        var instance = await _server.Client.StartAsync(definition, Input);
        await _server.Client.WhenAsync(instance, _ => _data.Starts(stage) == 1);
        return instance;
    }
}
