using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Stages.Ports;

/// <summary>A run to store.</summary>
public sealed record RunSubmission
{
    /// <summary>The same request id never makes two runs.</summary>
    public required string RequestId { get; init; }

    /// <summary>The run's id where the caller chooses it (see <see cref="RunId"/>), or null: the ledger makes one.</summary>
    public string? Id { get; init; }

    /// <summary>Whether each stage also waits until somebody opens its gate (<see cref="IGates.OpenGate"/>).</summary>
    public bool Gated { get; init; }

    /// <summary>For people.</summary>
    public required string Name { get; init; }

    /// <summary>The spec as JSON, after overrides.</summary>
    public required string SpecJson { get; init; }

    /// <summary>Equal for the same spec on the same data: how 'run' finds an unfinished run to go on with.</summary>
    public required string Identity { get; init; }

    /// <summary>Where the images are, with absolute paths.</summary>
    public required DataSpec Data { get; init; }

    /// <summary>The stages.</summary>
    public required StageGraph Graph { get; init; }

    /// <summary>
    /// The version of each kind that the submitting program has: only engines of just that version claim, so that a mixed fleet makes
    /// one consistent run. A kind that is not named here is claimed by any.
    /// </summary>
    public IReadOnlyDictionary<string, int> Versions { get; init; } = new Dictionary<string, int>(StringComparer.Ordinal);

    /// <summary>Budgets of every stage.</summary>
    public RetryPolicy Retry { get; init; } = new();

    /// <summary>Whether results of earlier stages under the same key are left alone.</summary>
    public bool NoCache { get; init; }

    /// <summary>
    /// Whether an unfinished, ungated run of the same identity and use of the cache is taken instead, where there is one by now: of any
    /// number of programs that submit the same at once, one makes the run.
    /// </summary>
    public bool JoinsUnfinished { get; init; }

    /// <summary>Higher first.</summary>
    public int Priority { get; init; }

    /// <summary>Stages of this run that may run at once; 0: no limit.</summary>
    public int MaxConcurrent { get; init; }
}
