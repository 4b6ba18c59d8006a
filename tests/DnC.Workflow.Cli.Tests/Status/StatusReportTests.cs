using System.Text.Json;
using DnC.Workflow.Cli.Status;
using DnC.Workflow.Cli.Tests.Terminal;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Lifecycle;

namespace DnC.Workflow.Cli.Tests.Status;

/// <summary>'status --json' against its published schema, in every state.</summary>
public sealed class StatusReportTests
{
    public static TheoryData<StageState> States => [.. Enum.GetValues<StageState>()];

    public static TheoryData<RunState> RunStates => [.. Enum.GetValues<RunState>()];

    [Theory]
    [MemberData(nameof(States))]
    public void Every_state_of_a_stage_is_in_the_schema(StageState state)
    {
        var json = Valid(StatusReport.Of(Views.Run(RunState.Running, Views.Stage("base", state) with { Progress = new StageProgress(3, 10), ResumedAtStep = 2 })));
        var stage = json.GetProperty("stages")[0];
        Assert.Equal(state.ToString().ToLowerInvariant(), stage.GetProperty("state").GetString());
        Assert.Equal(2, stage.GetProperty("resumedAtStep").GetInt64());
        Assert.Equal(state == StageState.Running ? JsonValueKind.Number : JsonValueKind.Null, stage.GetProperty("step").ValueKind);
        Assert.Equal(JsonValueKind.Null, stage.GetProperty("metrics").ValueKind);
    }

    [Fact]
    public void A_shut_gate_is_said_of_its_stage_and_an_open_one_or_a_past_one_is_not()
    {
        var waiting = Views.Stage("embed", StageState.Waiting) with { GateShut = true };
        var json = Valid(StatusReport.Of(Views.Run(RunState.Running, waiting, waiting with { GateShut = false }, waiting with { State = StageState.Cancelled }), ["embed waits for its gate"]));
        Assert.Equal([true, false, false], json.GetProperty("stages").EnumerateArray().Select(s => s.GetProperty("gateShut").GetBoolean()));
        Assert.Equal("embed waits for its gate", json.GetProperty("waits")[0].GetString());
    }

    [Theory]
    [MemberData(nameof(RunStates))]
    public void Every_state_of_a_run_is_in_the_schema(RunState state)
    {
        var json = Valid(StatusReport.Of(Views.Run(state, Views.Clusters(new ClusterMetrics(3, 2, 0.5, 0.5, null, null)), Views.Evaluation("dnc", new EvaluationRow("dnc", null, 3, 50, 1, null, null))), model: "/a/model.safetensors"));
        Assert.Equal("/a/model.safetensors", json.GetProperty("model").GetString());
        Assert.Equal(state.ToString().ToLowerInvariant(), json.GetProperty("state").GetString());
        Assert.Equal(2, json.GetProperty("clusters").GetProperty("clusters").GetInt32());
        Assert.Equal("dnc", json.GetProperty("evaluation")[0].GetProperty("model").GetString());
    }

    [Fact]
    public void Clusters_of_later_rounds_stand_beside_those_of_the_first()
    {
        var json = Valid(StatusReport.Of(Views.Run(
            RunState.Succeeded, Views.Clusters(new ClusterMetrics(3, 2, 0.5, 0.5, null, null)), Views.Clusters(new ClusterMetrics(3, 1, 0.4, 0.5, null, null), "clusters@2"))));
        Assert.Equal(2, json.GetProperty("clusters").GetProperty("clusters").GetInt32());
        Assert.Equal(1, Assert.Single(json.GetProperty("laterClusters").EnumerateArray()).GetProperty("clusters").GetInt32());
    }

    [Fact]
    public void Who_runs_it_is_said_of_a_root_and_how_many_of_a_shared_place()
    {
        var run = Views.Run(RunState.Running, Views.Stage("base", StageState.Running));
        var root = Valid(StatusReport.Of(run, engine: new EngineProcess(77, "here")));
        Assert.Equal((77, "here"), (root.GetProperty("engine").GetProperty("process").GetInt32(), root.GetProperty("engine").GetProperty("host").GetString()));
        Assert.Equal(JsonValueKind.Null, root.GetProperty("liveWorkers").ValueKind);
        var interrupted = Valid(StatusReport.Of(run));
        Assert.Equal(("running", JsonValueKind.Null), (interrupted.GetProperty("state").GetString(), interrupted.GetProperty("engine").ValueKind));
        Assert.Equal(2, Valid(StatusReport.Of(run, liveWorkers: 2)).GetProperty("liveWorkers").GetInt32());
    }

    [Fact]
    public void The_schema_refuses_what_is_no_report()
    {
        using var document = JsonDocument.Parse("""{ "id": "1", "name": "x", "state": "odd", "stages": [], "evaluation": [], "evaluationSkipped": null, "clusters": null }""");
        Assert.NotNull(StatusSchema.Fault(document.RootElement));
    }

    private static JsonElement Valid(StatusReport report)
    {
        using var document = JsonDocument.Parse(report.ToJson());
        Assert.Null(StatusSchema.Fault(document.RootElement));
        return document.RootElement.Clone();
    }
}
