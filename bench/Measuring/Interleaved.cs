namespace DnC.Workflow.Bench.Measuring;

/// <summary>A measurement of ours and of each peer, taken in turns, so that what disturbs the machine disturbs all of them.</summary>
/// <param name="Ours">Median seconds.</param>
/// <param name="Theirs">By peer: median seconds; null where it could not be run.</param>
/// <param name="Ratios">By peer: the median of its seconds over ours, turn by turn; above 1 we are faster.</param>
public sealed record Interleaved(double Ours, IReadOnlyList<double?> Theirs, IReadOnlyList<double?> Ratios)
{
    /// <summary>The ratio to the fastest peer; null where none ran.</summary>
    public double? Ratio => Ratios.Min();

    /// <summary>Which peer that is.</summary>
    public int Fastest => Ratios.ToList().IndexOf(Ratio);

    /// <summary>Until then the just-in-time compiler still replaces what runs: it is given this many seconds of work ahead.</summary>
    private const double WarmUp = 1.5;

    /// <summary>Measures.</summary>
    /// <param name="repeats">Turns; one more of the peers goes ahead, uncounted, unless there is but one turn, as of what takes minutes.</param>
    /// <param name="ours">Makes one measurement and says its seconds.</param>
    /// <param name="peers">Each makes one measurement and says its seconds; null where it cannot.</param>
    public static Interleaved Measure(int repeats, Func<double> ours, params IReadOnlyList<Func<double>?> peers)
    {
        ArgumentNullException.ThrowIfNull(ours);
        var own = new List<double>();
        var theirs = peers.Select(_ => new List<double>()).ToArray();
        for (var warm = 0.0; warm < WarmUp; warm += Math.Max(0.01, ours()))
        {
        }

        for (var turn = repeats == 1 ? 0 : -1; turn < repeats; turn++)
        {
            var seconds = turn < 0 ? 0 : ours();
            if (turn >= 0)
                own.Add(seconds);
            for (var p = 0; p < peers.Count; p++)
            {
                if (peers[p]?.Invoke() is { } taken && turn >= 0)
                    theirs[p].Add(taken);
            }
        }

        return new Interleaved(
            Sample.Median(own),
            [.. theirs.Select(t => t.Count == 0 ? (double?)null : Sample.Median(t))],
            [.. theirs.Select(t => t.Count == 0 ? (double?)null : Sample.Median(t.Zip(own, (a, b) => a / b)))]);
    }
}
