using DnC.Workflow.Runtime.Artifacts;

namespace DnC.Workflow.Runtime.Ledger;

/// <summary>An attempt that is running.</summary>
/// <param name="Run">The run.</param>
/// <param name="Stage">The stage.</param>
/// <param name="Generation">Its generation.</param>
/// <param name="Attempt">Its number.</param>
public sealed record AttemptName(string Run, string Stage, long Generation, long Attempt);

/// <summary>What a ledger leads to, at one moment.</summary>
/// <param name="Named">Locations of outputs, results and resume points.</param>
/// <param name="Running">Attempts that may seal, or have sealed, what is not named yet. No other ever will: the fence refuses it.</param>
/// <param name="Runs">The runs there are: their logs are kept.</param>
public sealed record LedgerReferences(IReadOnlySet<string> Named, IReadOnlyList<AttemptName> Running, IReadOnlyCollection<string> Runs)
{
    private readonly HashSet<string> _running = new(Running.Select(a => Locations.OfAttempt(a.Run, a.Stage, a.Generation, a.Attempt)), StringComparer.Ordinal);
    private readonly HashSet<string> _runs = new(Runs.Select(Locations.OfRun), StringComparer.Ordinal);

    /// <summary>Whether a location is named, a running attempt's, or the log of a run that is kept.</summary>
    public bool Needs(string location)
    {
        if (Named.Contains(location) || _running.Contains(location))
            return true;
        var run = location.IndexOf('/', StringComparison.Ordinal);
        if (run > 0 && location.EndsWith(Locations.LogEnd, StringComparison.Ordinal) && _runs.Contains(location[..(run + 1)]))
            return true;

        // What lies beside the outputs of an attempt: its checkpoints, its log, a copy under way.
        for (var dot = location.IndexOf('.', run + 1); dot >= 0; dot = location.IndexOf('.', dot + 1))
        {
            if (_running.Contains(location[..dot]))
                return true;
        }

        return false;
    }
}
