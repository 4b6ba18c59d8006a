using DnC.Workflow.Elsa.Tests.Server;
using DnC.Workflow.Runtime.Front;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;
using Elsa.Workflows;
using Elsa.Workflows.Management;
using Elsa.Workflows.Management.Entities;
using Elsa.Workflows.Management.Filters;
using Elsa.Workflows.Runtime;
using Elsa.Workflows.Runtime.Filters;
using Elsa.Workflows.State;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace DnC.Workflow.Elsa.Tests.Workflows;

/// <summary>What a crash could have left on either side, made by hand, and put right by the audit.</summary>
public sealed class AuditTests : OnAServer
{
    [Fact]
    public async Task A_request_that_was_never_made_is_made()
    {
        var instance = await HeldAtBase();
        Damage("DELETE FROM gate_request");
        await GoesOn(instance);
    }

    [Fact]
    public async Task An_answer_that_was_heard_and_lost_is_told_again()
    {
        var instance = await HeldAtBase();
        Damage("UPDATE gate_request SET state = 'delivered', closed_at = 1, answered_at = 1, answer = 'succeeded', generation = 1");
        await GoesOn(instance);
    }

    [Fact]
    public async Task Who_waits_for_what_was_withdrawn_is_cancelled()
    {
        var instance = await HeldAtBase();
        Assert.True(Server.Runs.Withdraw(Server.Runs.OpenRequests().Single().RequestId));
        Assert.Equal("Cancelled", (await Server.Client.WhenFinishedAsync(instance)).GetProperty("subStatus").GetString());
    }

    [Fact]
    public async Task A_cancellation_that_a_burst_overtook_is_carried_out_again()
    {
        var instance = await HeldAtBase();

        // What the handler of the cancellation does; then the burst stores the instance as it had it.
        Server.Services.GetRequiredService<FrontAudit>().Release("elsa", instance);
        Server.Runs.OpenGate(new GateRequest { Run = instance, Stage = "embed", RequestId = $"elsa:{instance}:next", Listener = "elsa" });
        Assert.True(FrontAudit.WasReleased(Server.Runs, "elsa", instance));
        Assert.Equal("Cancelled", (await Server.Client.WhenFinishedAsync(instance)).GetProperty("subStatus").GetString());
        await Until(() => Server.Runs.OpenRequests().Count == 0);
    }

    [Fact]
    public async Task A_request_whose_workflow_is_gone_is_withdrawn_and_one_of_otherServers_is_left_alone()
    {
        var instance = await HeldAtBase();
        var other = new GateRequest { Run = instance, Stage = "embed", RequestId = "other-servers:1234:5678", Listener = "other-servers" };
        Server.Runs.OpenGate(other);
        Server.Runs.OpenGate(other with { RequestId = "elsa:1234:5678", Listener = "elsa" });
        await Until(() => Server.Runs.FindRequest("elsa:1234:5678")!.State == RequestState.Withdrawn);
        Assert.Equal(RequestState.Open, Server.Runs.FindRequest(other.RequestId)!.State);
    }

    [Fact]
    public async Task A_run_whose_workflow_was_cancelled_behind_the_ledgers_back_is_cancelled()
    {
        var instance = await HeldAtBase();
        await using (var scope = Server.Services.CreateAsyncScope())
        {
            var instances = scope.ServiceProvider.GetRequiredService<IWorkflowInstanceStore>();
            var stored = (await instances.FindAsync(new WorkflowInstanceFilter { Id = instance }, Stop))!;
            (stored.Status, stored.SubStatus) = (WorkflowStatus.Finished, WorkflowSubStatus.Cancelled);
            await instances.SaveAsync(stored, Stop);
        }

        await Until(() => Server.Runs.Get(instance).Summary.State == RunState.Cancelled);
    }

    [Fact]
    public async Task A_bookmark_that_no_workflow_has_asks_for_nothing()
    {
        var instance = await HeldAtBase();
        await using var scope = Server.Services.CreateAsyncScope();
        var bookmarks = scope.ServiceProvider.GetRequiredService<IBookmarkStore>();
        var stored = (await bookmarks.FindManyAsync(new BookmarkFilter { WorkflowInstanceId = instance }, Stop)).Single();
        stored.Id = $"elsa:{instance}:nobodys";
        await bookmarks.SaveAsync(stored, Stop);
        await OutboxService.AuditAsync(Server.Services.GetRequiredService<IServiceScopeFactory>(), Stop);
        Assert.Null(Server.Runs.FindRequest(stored.Id));
    }

    [Fact]
    public async Task However_many_other_workflows_run_each_that_its_index_has_forgotten_is_looked_at_in_its_turn()
    {
        var instance = await HeldAtBase();
        await using var scope = Server.Services.CreateAsyncScope();
        var instances = scope.ServiceProvider.GetRequiredService<IWorkflowInstanceStore>();
        var stored = (await instances.FindAsync(new WorkflowInstanceFilter { Id = instance }, Stop))!;
        var others = Enumerable.Range(0, 2 * ElsaFront.MostForgotten).Select(i => (char)(i % 2 == 0 ? '!' : '~') + $"{i:D4}").Select(id => new WorkflowInstance
        {
            Id = id, DefinitionId = "other", DefinitionVersionId = "other-1", Version = 1, CreatedAt = stored.CreatedAt, UpdatedAt = stored.UpdatedAt,
            Status = WorkflowStatus.Running, SubStatus = WorkflowSubStatus.Suspended,
            WorkflowState = new WorkflowState { Id = id, DefinitionId = "other", DefinitionVersionId = "other-1", Status = WorkflowStatus.Running },
        });
        await instances.SaveManyAsync(others, Stop);
        await scope.ServiceProvider.GetRequiredService<IBookmarkStore>().DeleteAsync(new BookmarkFilter { WorkflowInstanceId = instance }, Stop);
        Assert.True(Server.Runs.Withdraw(Server.Runs.OpenRequests().Single().RequestId));
        for (var i = 0; i < 3; i++)
            await OutboxService.AuditAsync(Server.Services.GetRequiredService<IServiceScopeFactory>(), Stop);
        Assert.Equal("Cancelled", (await Server.Client.WhenFinishedAsync(instance)).GetProperty("subStatus").GetString());
    }

    private async Task<string> HeldAtBase()
    {
        Data.Set("base.hold");
        var instance = await Server.Client.StartAsync("divide-and-contrast", Input);
        await Server.Client.WhenAsync(instance, i => i.GetProperty("subStatus").GetString() == "Suspended" && Data.Starts("base") == 1);
        return instance;
    }

    private async Task GoesOn(string instance)
    {
        Data.Clear("base.hold");
        var finished = await Server.Client.WhenFinishedAsync(instance);
        Assert.Equal("Finished", finished.GetProperty("subStatus").GetString());
        Assert.Equal(RunState.Succeeded, Server.Runs.Get(instance).Summary.State);
        Assert.Equal(1, Data.Starts("base"));
    }

    private void Damage(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(Data.At("root"), "ledger.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
