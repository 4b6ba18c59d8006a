using System.Text.Json;
using DnC.Workflow.Stages.Ports;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Bench.Training;

/// <summary>What the steps of a run's stages cost by themselves: as many as each made, at the speed of such a step alone.</summary>
/// <param name="spec">The run's.</param>
/// <param name="steps">Steps of one of the measurements whose median is taken.</param>
internal sealed class PureSteps(RunSpec spec, int steps)
{
    private const int Repeats = 5;
    private readonly Dictionary<(string Kind, int Threads), double> _seconds = [];

    /// <summary>Of a stage: its steps times their seconds times the threads that share one; 0 of stages that do not train.</summary>
    public double CoreSeconds(StageView stage) =>
        stage.Node.Kind is "base" or "expert" or "distill" && stage.Metrics is { } metrics && metrics.TryGetProperty("steps", out var made)
            ? made.GetInt64() * Of(stage.Node.Kind == "distill" ? "distill" : "contrastive", stage.Threads()) * stage.Threads()
            : 0;

    private double Of(string kind, int threads)
    {
        if (_seconds.TryGetValue((kind, threads), out var known))
            return known;
        var shape = new StepShape("demo", spec.Model, spec.Base.Batch, steps);
        if (kind == "distill")
        {
            using var step = new OurDistillation(shape, "cpu", cached: spec.Distill.Teachers == "cached", threads);
            return _seconds[(kind, threads)] = Sample.Median(Enumerable.Range(0, Repeats).Select(_ => step.Run(steps) / steps));
        }

        using var contrastive = new OurStep(shape, "cpu", threads, bf16: false);
        return _seconds[(kind, threads)] = Sample.Median(Enumerable.Range(0, Repeats).Select(_ => contrastive.Run(steps) / steps));
    }
}

/// <summary>What a stage of a run took.</summary>
internal static class StageTimes
{
    /// <summary>Threads of its tensor operations, as its metrics say; 1 where they say nothing.</summary>
    public static int Threads(this StageView stage) =>
        stage.Metrics is { ValueKind: JsonValueKind.Object } metrics && metrics.TryGetProperty("provenance", out var provenance) ? provenance.GetProperty("threads").GetInt32() : 1;

    /// <summary>Seconds of its attempts, claimed to ended, times its threads.</summary>
    public static double CoreSeconds(this StageView stage, IReadOnlyList<AttemptView> attempts) =>
        stage.Threads() * attempts.Where(a => a.Stage == stage.Node.Name && a.Ended is not null).Sum(a => (a.Ended!.Value - a.Started).TotalSeconds);
}
