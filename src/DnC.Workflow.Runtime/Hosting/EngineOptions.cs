using DnC.Workflow.Runtime.Execute;
using DnC.Workflow.Runtime.Execute.Child;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Hosting;

/// <summary>What an embedded engine is made of.</summary>
public sealed record EngineOptions
{
    /// <summary>The root folder: ledger, artifacts, work areas, lock.</summary>
    public required string Root { get; init; }

    /// <summary>How many stages of each resource class run at once; names of lower-case letters, digits, '-' and '_'.</summary>
    public required IReadOnlyDictionary<string, int> Slots { get; init; }

    /// <summary>What it can run. In the engine only kind and version are read, unless <see cref="Child"/> is null.</summary>
    public required IReadOnlyList<IStageExecutor> Executors { get; init; }

    /// <summary>The one run that is served, asked before each claim; null for all runs of the root.</summary>
    public Func<string?> OnlyRun { get; init; } = () => null;

    /// <summary>How to start a body's process; null runs bodies on the engine's own threads (no-op bodies and tests).</summary>
    public required ChildCommand? Child { get; init; }

    /// <summary>A draw in [0, 1) for jitter; called from several threads at once. [ours]</summary>
    public required Func<double> Jitter { get; init; }

    /// <summary>The one clock of ledger and engine.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Leases, passes, grace.</summary>
    public LeaseSettings Lease { get; init; } = new();

    /// <summary>Told of what went wrong outside any attempt: what was being done, and the exception. Standard error if nothing is said.</summary>
    public Action<string, Exception> Report { get; init; } = (what, e) => Console.Error.WriteLine($"{what}: {e}");

    /// <summary>Told of every point that an attempt passes; must be quick.</summary>
    public Action<AttemptPoint, StageClaim> Passed { get; init; } = (_, _) => { };

    /// <summary>Threads of a body that does not say: the cores, shared with the stages that the plan and the slots let run beside it. [ours]</summary>
    public int ThreadsFor(StageNode node) =>
        Math.Max(1, Environment.ProcessorCount / Math.Clamp(node.Options.Beside, 1, Slots.GetValueOrDefault(node.Resource, 1)));
}
