using DnC.Workflow.Elsa.Tests.Server;
using Npgsql;

namespace DnC.Workflow.Elsa.Tests.Kills;

/// <summary>The server is killed between a workflow's start and that of its run, as while it indexes a large folder of images.</summary>
public sealed class HostKillAtStartTests : OnPostgres
{
    [Theory]
    [InlineData("divide-and-contrast")]
    [InlineData("divide-and-contrast-one-activity")]
    public async Task A_workflow_whose_run_the_server_was_starting_is_not_lost(string definition)
    {
        var host = Host();
        await host.StartAsync(Stop);
        string instance;
        await using (var connection = new NpgsqlConnection(Postgres.ConnectionString))
        {
            // Runs can be read and none be entered: so far the server comes.
            await connection.OpenAsync(Stop);
            await using var transaction = await connection.BeginTransactionAsync(Stop);
            await using var hold = new NpgsqlCommand("LOCK TABLE run IN EXCLUSIVE MODE", connection, transaction);
            await hold.ExecuteNonQueryAsync(Stop);
            instance = await host.Client.StartAsync(definition, new { Spec = "uncurated-small", Data = Data.Path, Overrides = "cluster.k=4" });
            await host.Client.WhenAsync(instance, _ => true);
            Assert.Empty(Runs.List());
            host.Kill();
        }

        await host.StartAsync(Stop);
        AssertDoneOnce(instance, await host.Client.WhenFinishedAsync(instance));
    }
}
