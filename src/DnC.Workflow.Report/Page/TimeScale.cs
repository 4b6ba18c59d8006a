using DnC.Workflow.Report.Facts;

namespace DnC.Workflow.Report.Page;

/// <summary>
/// From times to places between 0 and 1. Long stretches in which nothing ran (a pause, a night) are drawn short, or all else would be slivers.
/// </summary>
internal sealed class TimeScale
{
    private const double LongGap = 0.08;
    private const double GapWidth = 0.025;

    private readonly List<(double From, double To, double Length)> _pieces = [];
    private readonly double _length;

    public TimeScale(IReadOnlyList<AttemptFacts> attempts, DateTimeOffset now)
    {
        Origin = attempts.Min(a => a.Started);
        var spans = attempts.Select(a => (From: At(a.Started), To: Math.Max(At(a.Started), At(a.Ended ?? now)))).OrderBy(s => s.From).ToList();
        var busy = new List<(double From, double To)>();
        foreach (var span in spans)
        {
            if (busy.Count > 0 && span.From <= busy[^1].To)
                busy[^1] = (busy[^1].From, Math.Max(busy[^1].To, span.To));
            else
                busy.Add(span);
        }

        var work = Math.Max(1e-3, busy.Sum(b => b.To - b.From));
        for (var i = 0; i < busy.Count; i++)
        {
            if (i > 0)
            {
                var gap = busy[i].From - busy[i - 1].To;
                var isLong = gap > LongGap * work;
                _pieces.Add((busy[i - 1].To, busy[i].From, isLong ? GapWidth * work : gap));
                if (isLong)
                    Gaps.Add((busy[i - 1].To, busy[i].From));
            }

            _pieces.Add((busy[i].From, busy[i].To, busy[i].To - busy[i].From));
        }

        _length = Math.Max(1e-3, _pieces.Sum(p => p.Length));
    }

    /// <summary>When the first attempt began.</summary>
    public DateTimeOffset Origin { get; }

    /// <summary>Stretches that are drawn short, in seconds from the origin.</summary>
    public List<(double From, double To)> Gaps { get; } = [];

    /// <summary>Seconds from the origin to the last end.</summary>
    public double End => _pieces[^1].To;

    /// <summary>Seconds that are drawn at length.</summary>
    public double Drawn => _length;

    /// <summary>Seconds from the origin.</summary>
    public double At(DateTimeOffset time) => (time - Origin).TotalSeconds;

    /// <summary>The place of a time, 0 to 1.</summary>
    public double Place(double seconds)
    {
        var before = 0.0;
        foreach (var (from, to, length) in _pieces)
        {
            if (seconds <= to)
                return (before + (to > from ? Math.Max(0, seconds - from) / (to - from) * length : 0)) / _length;
            before += length;
        }

        return 1;
    }
}
