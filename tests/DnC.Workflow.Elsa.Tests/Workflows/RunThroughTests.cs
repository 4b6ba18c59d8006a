using System.Text.Json;
using DnC.Workflow.Elsa.Tests.Server;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Elsa.Tests.Workflows;

/// <summary>The ready workflows on a real Elsa server, from its API to the ledger and back.</summary>
public sealed class RunThroughTests : OnAServer
{
    [Theory]
    [InlineData("divide-and-contrast")]
    [InlineData("divide-and-contrast-one-activity")]
    public async Task A_workflow_runs_the_method_and_answers_its_table(string definition)
    {
        Data.Set("clusters", "3");
        var instance = await Server.Client.StartAsync(definition, Input);
        var finished = await Server.Client.WhenFinishedAsync(instance);
        Assert.Equal("Finished", finished.GetProperty("subStatus").GetString());

        // The run has the instance's id, and three experts for the three clusters that exist.
        var run = Server.Runs.Get(instance);
        Assert.Equal(RunState.Succeeded, run.Summary.State);
        Assert.Equal(3, run.Stages.Count(s => s.Node.Kind == "expert" && s.State == StageState.Succeeded));
        Assert.Equal(1, run.Stages.Count(s => s.Node.Kind == "expert" && s.State == StageState.Skipped));
        Assert.All(run.Stages.Where(s => s.State == StageState.Succeeded), s => Assert.Equal(1, Data.Starts(s.Node.Name)));
        var output = finished.GetProperty("workflowState").GetProperty("output");
        Assert.Equal(instance, Value(output, "Run").GetString());
        Assert.Contains(Value(output, "Evaluation").EnumerateArray(), row => row.GetProperty("model").GetString() == "dnc" && row.GetProperty("knn").GetDouble() == 41.5);
        Assert.Empty(Server.Runs.OpenRequests());
        Assert.Empty(finished.GetProperty("workflowState").GetProperty("bookmarks").EnumerateArray());
        Assert.Empty(finished.GetProperty("workflowState").GetProperty("incidents").EnumerateArray());
    }

    [Fact]
    public async Task Nothing_starts_before_its_activity_has_its_turn()
    {
        Data.Set("cluster.hold");
        var instance = await Server.Client.StartAsync("divide-and-contrast", Input);
        await Server.Client.WhenAsync(instance, _ => Data.Starts("cluster") == 1);
        Assert.Equal(RunState.Running, Server.Runs.Get(instance).Summary.State);
        Assert.All(Server.Runs.Get(instance).Stages.Where(s => s.Node.Kind is "expert" or "distill" or "evaluate"), s => Assert.True(s.GateShut));
        Assert.Equal("cluster", Assert.Single(Server.Runs.OpenRequests(instance)).Stage);
        Data.Clear("cluster.hold");
        await Server.Client.WhenFinishedAsync(instance);
    }

    [Fact]
    public async Task A_failed_expert_is_done_again_alone_and_the_workflow_goes_on()
    {
        Data.Set("expert[1].fail");
        var instance = await Server.Client.StartAsync("divide-and-contrast", Input);
        await Server.Client.WhenAsync(instance, _ => IsWaiting());
        Assert.Contains(await Server.Client.JournalAsync(instance), e => e is { Activity: "DnC.TrainExpert", Event: "Failed" } && e.Message!.Contains("the disk is full", StringComparison.Ordinal));
        Assert.Equal(0, Data.Starts("distill"));

        // Its cause is gone; somebody runs the other workflow.
        Data.Clear("expert[1].fail");
        var again = await Server.Client.StartAsync("rerun-stage", new { Run = instance, Stage = "expert[1]" });
        await Server.Client.WhenFinishedAsync(again);
        var finished = await Server.Client.WhenFinishedAsync(instance);
        Assert.Equal("Finished", finished.GetProperty("subStatus").GetString());
        Assert.Equal(RunState.Succeeded, Server.Runs.Get(instance).Summary.State);
        Assert.Equal([1, 2, 1, 1], Enumerable.Range(0, 4).Select(i => Data.Starts($"expert[{i}]")));
        Assert.Equal(1, Data.Starts("base"));

        bool IsWaiting() => Server.Runs.OpenRequests(instance) is [{ Stage: "expert[1]", StageState: StageState.Failed }];
    }

    [Theory]
    [InlineData("base")]
    [InlineData("distill")]
    [InlineData("evaluate[dnc]")]
    public async Task What_has_failed_goes_on_by_a_persons_word_and_the_workflow_with_it(string stage)
    {
        Data.Set($"{stage}.fail");
        var instance = await Server.Client.StartAsync("divide-and-contrast", Input);
        await Server.Client.WhenAsync(instance, _ => Server.Runs.FindSummary(instance)?.State == RunState.Failed && Server.Runs.OpenRequests(instance).Count == 1);
        Data.Clear($"{stage}.fail");
        Server.Runs.Continue(instance); // what 'dnc resume' does
        await Server.Client.WhenFinishedAsync(instance);
        Assert.Equal(RunState.Succeeded, Server.Runs.Get(instance).Summary.State);
    }

    [Fact]
    public async Task A_stage_that_has_succeeded_is_done_again_with_what_its_new_output_makes_stale()
    {
        var instance = await Server.Client.StartAsync("divide-and-contrast", Input);
        await Server.Client.WhenFinishedAsync(instance);
        var again = await Server.Client.StartAsync("rerun-stage", new { Run = instance, Stage = "distill" });
        await Server.Client.WhenFinishedAsync(again);
        Assert.Equal((1, 2), (Data.Starts("base"), Data.Starts("distill")));
        Assert.Equal(2, Server.Runs.Get(instance).Stages.Single(s => s.Node.Name == "distill").Generation);
    }

    private static JsonElement Value(JsonElement output, string name)
    {
        var value = output.EnumerateObject().Single(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;
        return value.ValueKind == JsonValueKind.Object && value.TryGetProperty("_items", out var items) ? items : value;
    }
}
