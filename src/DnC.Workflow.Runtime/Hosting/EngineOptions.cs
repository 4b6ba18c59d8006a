using DnC.Workflow.Runtime.Execute.Child;
using DnC.Workflow.Runtime.Execute.Tracking;
using DnC.Workflow.Runtime.Execute;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Hosting;

/// <summary>What an engine is made of, embedded or as a worker.</summary>
public sealed record EngineOptions
{
    /// <summary>The engine's own folder. Embedded: the root with ledger, artifacts, work areas, lock. A worker: its work areas and lock.</summary>
    public required string Root { get; init; }

    /// <summary>The folder of all attempts' work areas.</summary>
    internal string WorkRoot => Path.Combine(Root, "work");

    /// <summary>How many stages of each resource class run at once; names of lower-case letters, digits, '-' and '_'.</summary>
    public required IReadOnlyDictionary<string, int> Slots { get; init; }

    /// <summary>What it can run. In the engine only kind and version are read, unless <see cref="Child"/> is null.</summary>
    public required IReadOnlyList<IStageExecutor> Executors { get; init; }

    /// <summary>The one run that is served, asked before each claim; null for all runs of the ledger.</summary>
    public Func<string?> OnlyRun { get; init; } = () => null;

    /// <summary>How to start a body's process; null runs bodies on the engine's own threads (no-op bodies and tests).</summary>
    public required ChildCommand? Child { get; init; }

    /// <summary>The device that a stage's body runs on; null leaves it to the body.</summary>
    public Func<StageNode, DeviceUse?> Device { get; init; } = _ => null;

    /// <summary>The folder of TensorBoard's files; null: none are written.</summary>
    public string? TensorBoard { get; init; }

    /// <summary>The MLflow server that gets the curves too; null: none.</summary>
    public MlflowServer? Mlflow { get; init; }

    /// <summary>A draw in [0, 1) for jitter; called from several threads at once. [ours]</summary>
    public required Func<double> Jitter { get; init; }

    /// <summary>The clock of the engine's own waits; embedded also the ledger's one clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Leases, passes, grace.</summary>
    public LeaseSettings Lease { get; init; } = new();

    /// <summary>Told of what went wrong outside any attempt: what was being done, and the exception. Standard error if nothing is said.</summary>
    public Action<string, Exception> Report { get; init; } = (what, e) => Console.Error.WriteLine($"{what}: {e}");

    /// <summary>Told, in sentences, what whoever watches a worker wants to know. Standard error if nothing is said.</summary>
    public Action<string> Say { get; init; } = Console.Error.WriteLine;

    /// <summary>Told of every point that an attempt passes; must be quick.</summary>
    public Action<AttemptPoint, StageClaim> Passed { get; init; } = (_, _) => { };

    /// <summary>Told how an attempt ended, in words, once the ledger has taken it; must be quick.</summary>
    public Action<StageClaim, string> Ended { get; init; } = (_, _) => { };

    /// <summary>Threads of a body that does not say: the cores, shared with the stages that the plan and the slots let run beside it. [ours]</summary>
    public int ThreadsFor(StageNode node) =>
        Math.Max(1, Environment.ProcessorCount / Math.Clamp(node.Options.Beside, 1, Slots.GetValueOrDefault(node.Resource, 1)));

    /// <summary>What an engine of these says of itself.</summary>
    /// <param name="worker">Its name in the ledger.</param>
    /// <param name="version">The program's version.</param>
    /// <param name="device">For people.</param>
    public WorkerNote Note(string worker, string version, string device) => new()
    {
        Id = worker,
        Host = Environment.MachineName,
        Pid = Environment.ProcessId,
        Version = version,
        Device = device,
        Slots = Slots,
        Kinds = Executors.ToDictionary(e => e.Kind, e => e.Version, StringComparer.Ordinal),
    };

    /// <summary>Looks for mistakes before anything is started.</summary>
    /// <exception cref="UserInputException">A class name is no name, or has no slots.</exception>
    public void Check()
    {
        foreach (var (resource, slots) in Slots)
        {
            if (slots < 1 || !ResourceClass.IsName(resource))
                throw new UserInputException($"Resource class '{resource}' with {slots} slots: names are of a-z, 0-9, '-' and '_', slots at least 1.");
        }
    }
}
