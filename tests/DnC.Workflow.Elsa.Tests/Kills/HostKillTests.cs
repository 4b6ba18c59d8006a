using DnC.Workflow.Elsa.Tests.Server;
using DnC.Workflow.Stages.Lifecycle;

namespace DnC.Workflow.Elsa.Tests.Kills;

/// <summary>The server is killed while stages run and end without it, on a real PostgreSQL with a worker elsewhere: nothing is lost or doubled.</summary>
public sealed class HostKillTests : OnPostgres
{
    private const int Experts = 16;

    [Fact]
    public async Task The_server_killed_at_every_stage_loses_nothing_and_doubles_nothing()
    {
        string[] ones = ["base", "embed", "cluster", "distill", "evaluate[dnc]"];
        string[] experts = [.. Enumerable.Range(0, Experts).Select(i => $"expert[{i}]")];
        foreach (var stage in ones.Concat(experts))
            Data.Set(stage + ".hold");
        var host = Host();
        await host.StartAsync(Stop);
        var instance = await host.Client.StartAsync("divide-and-contrast", new { Spec = "uncurated-small", Data = Data.Path, Overrides = $"cluster.k={Experts}" });
        foreach (string[] held in (string[][])[["base"], ["embed"], ["cluster"], experts, ["distill"], ["evaluate[dnc]"]])
        {
            await Until(() => held.All(s => Data.Starts(s) == 1));

            // Half of them end while the server is dead, half of them after it has come back.
            host.Kill();
            foreach (var stage in held.Take((held.Length + 1) / 2))
                Data.Clear(stage + ".hold");
            await Until(() => held.Take((held.Length + 1) / 2).All(s => StateOf(instance, s).IsSatisfied()));
            await host.StartAsync(Stop);
            foreach (var stage in held)
                Data.Clear(stage + ".hold");
        }

        var finished = await host.Client.WhenFinishedAsync(instance);
        AssertDoneOnce(instance, finished);
        await Until(() => Runs.OpenRequests().Count == 0);
    }

    [Fact]
    public async Task A_hundred_and_twenty_experts_that_end_at_the_same_moment_are_all_counted()
    {
        const int many = 120;
        for (var i = 0; i < many; i++)
            Data.Set($"expert[{i}].hold");
        var host = Host();
        await host.StartAsync(Stop);
        var instance = await host.Client.StartAsync("divide-and-contrast", new { Spec = "uncurated-small", Data = Data.Path, Overrides = $"cluster.k={many}" });
        await Until(() => Enumerable.Range(0, many).All(i => Data.Starts($"expert[{i}]") == 1));
        for (var i = 0; i < many; i++)
            Data.Clear($"expert[{i}].hold");
        await host.Client.WhenFinishedAsync(instance);
        Assert.Equal(RunState.Succeeded, Runs.Get(instance).Summary.State);
        Assert.Equal(many, Runs.Get(instance).Stages.Count(s => s.Node.Kind == "expert" && s.State == StageState.Succeeded));
    }
}
