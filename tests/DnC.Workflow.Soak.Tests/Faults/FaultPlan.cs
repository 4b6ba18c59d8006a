using System.Globalization;

namespace DnC.Workflow.Soak.Tests.Faults;

/// <summary>A fault to come.</summary>
/// <param name="After">How many points of attempts after the fault before it: faults are timed by what runs, not by a clock.</param>
/// <param name="Kind">Which.</param>
/// <param name="Target">Whom it hits, modulo those there are.</param>
public sealed record PlannedFault(int After, FaultKind Kind, int Target)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"+{After} {Kind} {Target}");
}

/// <summary>The faults of a seed: first each kind once, in some order, then any.</summary>
public static class FaultPlan
{
    /// <summary>The faults, without end.</summary>
    /// <param name="seed">Equal seeds give equal plans.</param>
    /// <param name="kinds">The kinds that can be made here.</param>
    public static IEnumerable<PlannedFault> Of(int seed, IReadOnlyList<FaultKind> kinds)
    {
        var draws = new Random(seed);
        FaultKind[] first = [.. kinds];
        draws.Shuffle(first);
        for (var i = 0; ; i++)
            yield return new PlannedFault(draws.Next(5, 60), i < first.Length ? first[i] : kinds[draws.Next(kinds.Count)], draws.Next(1000));
    }
}
