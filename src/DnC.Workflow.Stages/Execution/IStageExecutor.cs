using System.Text.Json;

namespace DnC.Workflow.Stages.Execution;

/// <summary>What runs a kind of stage. Synchronous, on one thread of a process of its own.</summary>
public interface IStageExecutor
{
    /// <summary>The kind of stage it runs: 'base', 'embed', 'cluster', 'partition', 'expert', 'distill', 'evaluate'.</summary>
    string Kind { get; }

    /// <summary>Raised by hand when the same settings and inputs give another result: part of every stage key of this kind.</summary>
    int Version { get; }

    /// <summary>Does the work: reads <see cref="StageContext.Inputs"/>, writes files to <see cref="StageContext.OutputFolder"/>.</summary>
    /// <exception cref="StageFailure">It cannot go on.</exception>
    /// <exception cref="StageStopped">It was asked to stop and did.</exception>
    /// <exception cref="InputLostException">An input is unreadable.</exception>
    StageResult Execute(StageContext context);
}

/// <summary>What a body reports beside its files.</summary>
/// <param name="Metrics">Named figures for status and report; a JSON object.</param>
/// <param name="FanOut">For clustering: how many clusters exist, numbered from 0. Stages of higher numbers are skipped.</param>
public sealed record StageResult(JsonElement Metrics, int? FanOut = null)
{
    /// <summary>A result whose metrics are the properties of <paramref name="metrics"/>.</summary>
    public static StageResult Of<T>(T metrics, int? fanOut = null) =>
        new(JsonSerializer.SerializeToElement(metrics, Spec.SpecJson.Options), fanOut);
}
