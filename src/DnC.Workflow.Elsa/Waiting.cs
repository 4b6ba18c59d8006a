using System.Data.Common;
using System.Text.Json;
using DnC.Workflow.Runtime.Submit;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Ports;
using Microsoft.Extensions.Logging;

namespace DnC.Workflow.Elsa;

/// <summary>
/// What an activity waits for: a stage, or the end of a run, which may have to be started first. Kept with its bookmark, so that whoever finds the bookmark can ask again: asking
/// twice is asking once.
/// </summary>
public sealed record Waiting
{
    /// <summary>The name of every bookmark that waits.</summary>
    internal const string BookmarkName = "DnC.Waiting";

    private const string MetadataKey = "request";

    /// <summary>The run that is started first, once this is stored: nobody would be there to go on with it. Null: it is there.</summary>
    public RunStart? Start { get; init; }

    /// <summary>The stage, or null.</summary>
    public GateRequest? Stage { get; init; }

    /// <summary>The run, or null.</summary>
    public RunWatch? Run { get; init; }

    /// <summary>That all gates of the run are opened before it is watched, and what is wanted of the stages behind them; null: they are left.</summary>
    public StageWants? ForAll { get; init; }

    /// <summary>The ledger was away when it was to be asked: the activity asks once more when it is resumed.</summary>
    internal static Waiting ForTheLedger { get; } = new();

    /// <summary>Whether it only waits for the ledger to be there.</summary>
    internal bool IsForTheLedger => Stage is null && Run is null;

    internal static Waiting For(GateRequest stage) => new() { Stage = stage };

    internal static Waiting For(RunWatch run, StageWants? forAll) => new() { Run = run, ForAll = forAll };

    internal Dictionary<string, string> ToMetadata() => new(StringComparer.Ordinal) { [MetadataKey] = JsonSerializer.Serialize(this) };

    internal static Waiting OfMetadata(IDictionary<string, string>? metadata) =>
        TryOfMetadata(metadata) ?? throw new InvalidOperationException("A bookmark that does not say what it waits for.");

    /// <returns>Null: whoever made the bookmark, it does not say.</returns>
    internal static Waiting? TryOfMetadata(IDictionary<string, string>? metadata)
    {
        try
        {
            return metadata?.TryGetValue(MetadataKey, out var json) == true ? JsonSerializer.Deserialize<Waiting>(json) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Asks. Where the ledger is away, the audit asks again.</summary>
    /// <returns>False: it is refused, and asked again it would be.</returns>
    internal bool TryMake(RunService runs, NamedSpecs specs, ILogger log)
    {
        try
        {
            Make(runs, specs);
            return true;
        }
        catch (UserInputException)
        {
            return false;
        }
        catch (DbException e)
        {
            log.LogWarning(e, "Asking for {Stage} of run {Run} failed; asked again soon.", Stage?.Stage ?? "the end", Stage?.Run ?? Run?.Run);
            return true;
        }
    }

    internal void Make(RunService runs, NamedSpecs specs)
    {
        Start?.Begin(runs, specs);
        Ask(runs);
    }

    /// <summary>Asks of a run that is there.</summary>
    internal void Ask(RunService runs)
    {
        if (Stage is not null)
            runs.OpenGate(Stage);
        if (Run is null)
            return;
        if (ForAll is not null)
            runs.OpenAllGates(Run.Run, ForAll);
        runs.WatchRun(Run);
    }
}
