using System.Text.Json.Nodes;
using DnC.Workflow.Elsa.Tests.Server;
using DnC.Workflow.Stages.Lifecycle;

namespace DnC.Workflow.Elsa.Tests.Kills;

/// <summary>A workflow that a timer starts, on a server of its own: a timer of Elsa's that fires while its server is disposed of takes the process along.</summary>
public sealed class TimerTests : OnPostgres
{
    [Fact]
    public async Task A_timer_starts_a_run()
    {
        var host = Host();
        await host.StartAsync(Stop);
        await host.Client.PublishAsync("by-timer", new JsonObject
        {
            ["id"] = "trigger", ["type"] = "Elsa.Timer", ["version"] = 1,
            ["interval"] = Published.Literal("00:00:02", "TimeSpan"),
            ["customProperties"] = new JsonObject { ["canStartWorkflow"] = true },
        }, Published.Training("DnC.RunDivideAndContrast", Data.Path));
        await Until(() => Runs.List() is [.., { State: RunState.Succeeded }]);
    }
}
