using DnC.Workflow.Elsa.Tests.Server;
using DnC.Workflow.Stages.Lifecycle;

namespace DnC.Workflow.Elsa.Tests.Kills;

/// <summary>What operation brings: a database that is away, a server that is stopped and started again, two servers side by side.</summary>
public sealed class HostOutageTests : OnPostgres
{
    private const int Experts = 6;

    private object Input => new { Spec = "uncurated-small", Data = Data.Path, Overrides = $"cluster.k={Experts}" };

    [Fact]
    public async Task A_database_that_is_away_while_a_stage_runs_costs_nothing()
    {
        var host = Host();
        var instance = await HeldAtExperts(host);
        Postgres.StopServer();

        // The server stays, and says that it cannot work.
        await host.WhenReadyIsAsync(ok: false, Stop);
        Data.Clear("expert[0].hold");
        Postgres.StartServer();
        await host.WhenReadyIsAsync(ok: true, Stop);
        ReleaseExperts();
        await WhenAnswersAsync(host, instance);
        AssertDoneOnce(instance, await host.Client.WhenFinishedAsync(instance));
    }

    [Fact]
    public async Task A_server_that_is_stopped_leaves_its_stages_running_and_goes_on_when_it_is_back()
    {
        var host = Host();
        var instance = await HeldAtExperts(host);
        Assert.Equal(0, await host.TerminateAsync(Stop));
        Data.Clear("expert[0].hold");
        await Until(() => StateOf(instance, "expert[0]") == StageState.Succeeded);
        Assert.Equal(RunState.Running, Runs.Get(instance).Summary.State);
        await host.StartAsync(Stop);
        ReleaseExperts();
        AssertDoneOnce(instance, await host.Client.WhenFinishedAsync(instance));
    }

    [Fact]
    public async Task Of_two_servers_on_one_database_either_goes_on_with_what_the_other_began()
    {
        var (first, second) = (Host("first"), Host("second"));
        await second.StartAsync(Stop);
        var instance = await HeldAtExperts(first);
        for (var i = 0; i < Experts / 2; i++)
            Data.Clear($"expert[{i}].hold");
        await Until(() => Enumerable.Range(0, Experts / 2).All(i => StateOf(instance, $"expert[{i}]") == StageState.Succeeded));
        first.Kill();
        ReleaseExperts();
        AssertDoneOnce(instance, await second.Client.WhenFinishedAsync(instance));
    }

    // Connections that Elsa keeps are found to be broken by the first who takes one.
    private static async Task WhenAnswersAsync(HostProcess host, string instance)
    {
        while (true)
        {
            try
            {
                await host.Client.FindAsync(instance);
                return;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(200, Stop);
            }
        }
    }

    private async Task<string> HeldAtExperts(HostProcess host)
    {
        for (var i = 0; i < Experts; i++)
            Data.Set($"expert[{i}].hold");
        await host.StartAsync(Stop);
        var instance = await host.Client.StartAsync("divide-and-contrast", Input);
        await Until(() => Enumerable.Range(0, Experts).All(i => Data.Starts($"expert[{i}]") == 1));
        return instance;
    }

    private void ReleaseExperts()
    {
        for (var i = 0; i < Experts; i++)
            Data.Clear($"expert[{i}].hold");
    }
}
