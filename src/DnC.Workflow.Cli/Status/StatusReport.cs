using System.Text.Json;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Cli.Status;

/// <summary>What 'status --json' prints: a contract, with its schema in docs/status.schema.json.</summary>
/// <param name="Id">The run's id.</param>
/// <param name="Name">The spec's name.</param>
/// <param name="State">'running', 'paused', 'succeeded', 'failed' or 'cancelled'.</param>
/// <param name="Stages">In the graph's order.</param>
/// <param name="Evaluation">The table, as far as it is measured.</param>
/// <param name="FewLabels">Networks fine-tuned on few labels, as far as they are measured.</param>
/// <param name="Worth">Sentences on whether more base training or dividing is the better use of time, as far as that is measured.</param>
/// <param name="EvaluationSkipped">Why there is no table ('no labels'), or null.</param>
/// <param name="Clusters">Clusters of the first round against labels, or null.</param>
/// <param name="LaterClusters">Those of the rounds after it, as far as they are measured.</param>
/// <param name="Waits">A sentence for everything missing that it waits for.</param>
/// <param name="Model">Path or address of the distilled model's weights, or null.</param>
/// <param name="Engine">The process that has the root's engine: without one, what is still called running was interrupted. Null where workers serve.</param>
/// <param name="LiveWorkers">How many workers of the shared database are alive; null on a root of its own.</param>
public sealed record StatusReport(
    string Id, string Name, string State, IReadOnlyList<StatusStage> Stages, IReadOnlyList<EvaluationRow> Evaluation, IReadOnlyList<FewLabelsRow> FewLabels, IReadOnlyList<string> Worth, string? EvaluationSkipped,
    ClusterMetrics? Clusters, IReadOnlyList<ClusterMetrics> LaterClusters, IReadOnlyList<string> Waits, string? Model, EngineProcess? Engine, int? LiveWorkers)
{
    /// <summary>The report of a run as the ledger shows it.</summary>
    /// <param name="run">The run.</param>
    /// <param name="waits">What it waits for that is missing.</param>
    /// <param name="model">Where its model is.</param>
    /// <param name="engine">Who has the root.</param>
    /// <param name="liveWorkers">Who serves a shared database.</param>
    public static StatusReport Of(RunView run, IReadOnlyList<string>? waits = null, string? model = null, EngineProcess? engine = null, int? liveWorkers = null)
    {
        var rows = new List<EvaluationRow>();
        ClusterMetrics? clusters = null;
        var later = new List<ClusterMetrics>();
        string? skipped = null;
        foreach (var stage in run.Stages.Where(s => s.Node.Kind == "evaluate" && s.Metrics is not null && s.State is StageState.Succeeded or StageState.Reused))
        {
            if (stage.Metrics!.Value.TryGetProperty("rows", out _))
            {
                var metrics = stage.Metrics.Value.Deserialize<EvaluationMetrics>(SpecJson.Options)!;
                rows.AddRange(metrics.Rows);
                skipped ??= metrics.Skipped;
            }
            else
            {
                var measured = stage.Metrics.Value.Deserialize<ClusterMetrics>(SpecJson.Options)!;
                if (stage.Node.Name == "evaluate[clusters]")
                    clusters = measured;
                else if (measured.Skipped is null)
                    later.Add(measured);
            }
        }

        if (run.Stages.All(s => s.Node.Kind != "evaluate"))
            skipped = "no labels";
        return new StatusReport(
            run.Summary.Id,
            run.Summary.Name,
            run.Summary.State.Word(),
            [.. run.Stages.Select(StatusStage.Of)],
            rows,
            [.. run.Stages.Where(s => s.Node.Kind == "fewLabels" && s.State.IsSatisfied()).Select(Tuned).OfType<FewLabelsRow>()],
            [.. new[] { BaseTrends.Of(run.Stages.Select(s => s.Node.Name), MetricsOf), WorthIt.Afterwards(rows) }.OfType<string>()],
            rows.Count > 0 ? null : skipped,
            clusters is { Skipped: null } ? clusters : null,
            later,
            waits ?? [],
            model,
            engine,
            liveWorkers);

        JsonElement? MetricsOf(string name) => run.Stages.FirstOrDefault(s => s.Node.Name == name) is { } stage && stage.State.IsSatisfied() ? stage.Metrics : null;
    }

    private static FewLabelsRow? Tuned(StageView stage) =>
        stage.Metrics is { } metrics && metrics.TryGetProperty("fewLabels", out var row) ? row.Deserialize<FewLabelsRow>(SpecJson.Options) : null;

    /// <summary>The report as JSON, nulls written out: a reader finds every property.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);

    private static readonly JsonSerializerOptions Json = new(SpecJson.Indented)
    {
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.Never,
    };
}

/// <summary>The engine of a root in 'status --json'.</summary>
/// <param name="Process">Its process.</param>
/// <param name="Host">The machine that it runs on.</param>
public sealed record EngineProcess(int Process, string Host);

/// <summary>A stage in 'status --json'.</summary>
/// <param name="Name">'base', 'expert[0]', 'evaluate[dnc]'.</param>
/// <param name="State">A word of the state table.</param>
/// <param name="Attempts">Attempts of this generation.</param>
/// <param name="Generation">1, and one more for each rerun.</param>
/// <param name="ResumedAtStep">Where the last attempt went on from, or null.</param>
/// <param name="ReusedFrom">'run/stage' whose result stands for it, or null.</param>
/// <param name="Error">Why it failed last, or null.</param>
/// <param name="Step">Steps done by the running attempt, or null.</param>
/// <param name="Steps">Steps in all, or null.</param>
/// <param name="Metrics">The phase's own figures, or null.</param>
/// <param name="GateShut">Whether it is held until somebody opens its gate, whatever else it waits for.</param>
public sealed record StatusStage(
    string Name, string State, int Attempts, int Generation, long? ResumedAtStep, string? ReusedFrom, string? Error, long? Step, long? Steps, JsonElement? Metrics,
    bool GateShut)
{
    /// <summary>The stage as the ledger shows it.</summary>
    public static StatusStage Of(StageView stage) => new(
        stage.Node.Name,
        stage.State.Word(),
        stage.Attempts,
        stage.Generation,
        stage.ResumedAtStep,
        stage.ReusedFrom,
        stage.Error,
        stage.State == StageState.Running ? stage.Progress?.Step : null,
        stage.State == StageState.Running ? stage.Progress?.Steps : null,
        stage.Metrics,
        stage is { State: StageState.Waiting, GateShut: true });
}
