using System.Text.Json;
using System.Text.Json.Serialization;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Stages.Execution;

/// <summary>All that a stage body sees: settings, inputs, an output folder, checkpoints, progress, and the wish to stop.</summary>
public sealed class StageContext
{
    /// <summary>The stage's name in its run: 'expert[3]'.</summary>
    public required string Stage { get; init; }

    /// <summary>The settings that change the result, as planned: part of the stage's key.</summary>
    public required JsonElement Settings { get; init; }

    /// <summary>The settings that do not: device, threads, checkpoint interval.</summary>
    public required StageOptions Options { get; init; }

    /// <summary>Where the images are.</summary>
    public required DataSpec Data { get; init; }

    /// <summary>Digests of the data's index by part, as planned: images that changed since are not those of the stage's key.</summary>
    public required IReadOnlyDictionary<string, string> DataDigests { get; init; }

    /// <summary>Local paths of the input files by their names in the plan: 'base', 'members', 'expert[3]'. A skipped producer's are absent.</summary>
    public required IReadOnlyDictionary<string, string> Inputs { get; init; }

    /// <summary>An empty folder; what is in it at the end becomes the stage's artifact, each file addressed by its digest.</summary>
    public required string OutputFolder { get; init; }

    /// <summary>A folder for what the body needs for itself; gone when the attempt is.</summary>
    public string ScratchFolder => MakeScratch();

    /// <summary>Makes <see cref="ScratchFolder"/>, where it is not there yet: few bodies need one.</summary>
    public required Func<string> MakeScratch { private get; init; }

    /// <summary>Resume points.</summary>
    public required ICheckpoints Checkpoints { get; init; }

    /// <summary>What people see while it runs.</summary>
    public required IStageReport Report { get; init; }

    /// <summary>Whether the body should checkpoint and stop. Asked at least once a step.</summary>
    public required Func<bool> StopRequested { get; init; }

    /// <summary>The typed form of <see cref="Settings"/>.</summary>
    public T Read<T>() => Settings.Deserialize<T>(SpecJson.Options)
        ?? throw new StageFailure($"Stage '{Stage}' was planned without settings.", retryable: false);

    /// <summary>The path of an input that must be there.</summary>
    public string Input(string name) => Inputs.TryGetValue(name, out var path)
        ? path
        : throw new StageFailure($"Stage '{Stage}' needs the input '{name}', which its plan does not name.", retryable: false);
}

/// <summary>Options of a stage that leave its result as it is. [ours]</summary>
public sealed record StageOptions
{
    /// <summary>'auto', 'cpu' or 'cuda:N'.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>Threads of the body's tensor operations; 0: as many as the engine gives it.</summary>
    public int Threads { get; init; }

    /// <summary>How many stages of the plan, this one included, can run at the same time: what the cores are shared between where <see cref="Threads"/> is 0.</summary>
    public int Beside { get; init; } = 1;

    /// <summary>Images in a forward pass without training: of embedding, assignment, cached targets and evaluation.</summary>
    public int ForwardBatch { get; init; } = 256;

    /// <summary>Where given weights are, whose digest is in the settings; null where there are none.</summary>
    public string? Weights { get; init; }

    /// <summary>Seconds between checkpoints; null: by what they cost.</summary>
    public double? CheckpointSeconds { get; init; }

    /// <summary>Minutes from start to finish after which the attempt fails; 0: no limit.</summary>
    public double TimeoutMinutes { get; init; }

    /// <summary>Minutes from ready to claimed after which the stage fails; 0: no limit.</summary>
    public double QueueTimeoutMinutes { get; init; }
}

/// <summary>Checkpoints of one stage. A folder becomes the resume point only when the ledger has named it.</summary>
public interface ICheckpoints
{
    /// <summary>The folder to go on from, or null for a fresh start.</summary>
    string? ResumeFolder { get; }

    /// <summary>A new empty folder to write the next checkpoint into. The body fsyncs what it writes.</summary>
    string Begin(long step);

    /// <summary>Makes the folder the resume point. Older ones may be deleted afterwards.</summary>
    /// <exception cref="StageStopped">The attempt is not the current one any more.</exception>
    void Commit(string folder, long step);
}

/// <summary>Progress and log of one attempt.</summary>
public interface IStageReport
{
    /// <summary>Called as often as the body likes; the receiver thins it out.</summary>
    void Progress(StageProgress progress);

    /// <summary>A line of the attempt's log.</summary>
    void Log(string line);

    /// <summary>A point of the curves that trackers show; none is thinned out. A receiver that keeps no curves does nothing.</summary>
    void Metrics(StageMetrics point)
    {
    }
}

/// <summary>Scalars of one step, for trackers.</summary>
/// <param name="Step">Steps done, counted from the stage's beginning as checkpoints count them.</param>
/// <param name="Values">By name.</param>
public sealed record StageMetrics(long Step, IReadOnlyDictionary<string, double> Values);

/// <summary>How far an attempt is.</summary>
/// <param name="Step">Steps done, counted from the stage's beginning.</param>
/// <param name="Steps">Steps in all; 0 where unknown.</param>
/// <param name="ImagesPerSecond">Speed of late; 0 where it makes no sense.</param>
/// <param name="Loss">Of late; null where there is none.</param>
/// <param name="Phase">What it is doing, for stages of several parts: 'linear probe'.</param>
public sealed record StageProgress(long Step, long Steps, double ImagesPerSecond = 0, double? Loss = null, string? Phase = null)
{
    /// <summary>Whether the body has not begun, since its process waits for a device: an attempt that ends so has lost nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Waits { get; init; }
}
