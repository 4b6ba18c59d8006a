using System.Diagnostics;
using DnC.Workflow.Runtime.TestHost.Bodies;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Plan;

namespace DnC.Workflow.Runtime.Tests.Hosting;

/// <summary>No-op bodies in this process, through the real Hangfire.InMemory, ledger and folders: fan-out, a second layer, fan-in.</summary>
public sealed class ManyStagesTests(ITestOutputHelper output) : IAsyncDisposable
{
    private readonly EngineFixture _fixture = new();

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task Ten_thousand_stages_complete_and_the_time_per_stage_is_told()
    {
        await Complete(20);
        foreach (var stages in (int[])[100, 1_000, 10_000])
        {
            var clock = Stopwatch.StartNew();
            var graph = Layers(stages);
            var planned = clock.Elapsed;
            var run = _fixture.Submit(graph);
            var submitted = clock.Elapsed;
            Assert.Equal(RunState.Succeeded, await _fixture.Ended(run));
            var ended = clock.Elapsed;
            output.WriteLine(
                $"{stages,6} stages: plan {planned.TotalMilliseconds / stages:0.000} ms, submit {(submitted - planned).TotalMilliseconds / stages:0.000} ms, "
                + $"run {(ended - submitted).TotalMilliseconds / stages:0.000} ms, all {ended.TotalMilliseconds / stages:0.000} ms per stage");
            Check(run, stages);
        }
    }

    private async Task Complete(int stages) => Assert.Equal(RunState.Succeeded, await _fixture.Ended(_fixture.Submit(Layers(stages))));

    private void Check(string run, int stages)
    {
        var view = _fixture.Engine.Ledger.Find(run)!;
        Assert.Equal(stages, view.Stages.Count);
        Assert.All(view.Stages, s => Assert.Equal((StageState.Succeeded, 1), (s.State, s.Attempts)));
        Assert.Equal(stages, _fixture.Engine.Ledger.Events(run).Count(e => e.Event == StageEvent.Completed));
        Assert.Equal((stages - 2) / 2, view.Stages[^1].Metrics!.Value.GetProperty("inputs").GetInt32());
        Assert.Empty(_fixture.Reports);
    }

    /// <summary>One stage, half of the rest that read it, the other half that read one of those each, and one that reads all of these.</summary>
    private static StageNode[] Layers(int stages)
    {
        var wide = (stages - 2) / 2;
        string Id(string name) => $"{stages} {name}";
        return
        [
            EngineProcess.Stage("first", "noop", new NoOp.Settings("1", Id("first"))),
            .. Enumerable.Range(0, wide).Select(i => Reading($"left[{i}]", ["first"])),
            .. Enumerable.Range(0, wide).Select(i => Reading($"right[{i}]", [$"left[{i}]"])),
            Reading("last", [.. Enumerable.Range(0, wide).Select(i => $"right[{i}]")]),
        ];

        StageNode Reading(string name, string[] from) => EngineProcess.Stage(name, "noop", new NoOp.Settings("1", Id(name))) with
        {
            Inputs = [.. from.Select(f => new StageInput(f, f, "out.txt"))],
        };
    }
}
