using System.Text.Json;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Ports;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Cli.Tests.Terminal;

/// <summary>Runs as a ledger shows them, written by hand; the clock stands still at <see cref="Now"/>.</summary>
internal static class Views
{
    public static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public static readonly TimeProvider Clock = new Still();

    public static RunView Run(RunState state, params StageView[] stages) =>
        new(new RunSummary("1a2b3c4d", "small", state, "identity", Now.AddMinutes(-5), state == RunState.Running ? null : Now), "{}", stages);

    public static StageView Stage(string name, StageState state, string kind = "base") => new()
    {
        Node = new StageNode { Name = name, Kind = kind, Resource = "gpu", Settings = JsonSerializer.SerializeToElement(new { }) },
        State = state,
        Generation = 1,
        Attempts = state is StageState.Waiting or StageState.Ready or StageState.Skipped or StageState.Reused ? 0 : 1,
        Since = Now.AddSeconds(-1),
        Started = state is StageState.Waiting or StageState.Ready or StageState.Skipped ? null : Now.AddSeconds(-20),
        Ended = state is StageState.Succeeded or StageState.Failed or StageState.Reused ? Now.AddSeconds(-1) : null,
    };

    public static StageView Evaluation(string label, params EvaluationRow[] rows) =>
        Stage($"evaluate[{label}]", StageState.Succeeded, "evaluate") with { Metrics = JsonSerializer.SerializeToElement(new EvaluationMetrics(rows), SpecJson.Options) };

    public static StageView Clusters(ClusterMetrics metrics, string label = "clusters") =>
        Stage($"evaluate[{label}]", StageState.Succeeded, "evaluate") with { Metrics = JsonSerializer.SerializeToElement(metrics, SpecJson.Options) };

    /// <summary>Lines without the blanks that only fill up a table.</summary>
    public static string Trimmed(string text) => string.Join('\n', text.ReplaceLineEndings("\n").Split('\n').Select(l => l.TrimEnd())).Trim('\n');

    private sealed class Still : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Now;
    }
}
