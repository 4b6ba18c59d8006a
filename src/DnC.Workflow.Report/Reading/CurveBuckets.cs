using DnC.Workflow.Report.Facts;

namespace DnC.Workflow.Report.Reading;

/// <summary>
/// Thins a curve of unknown length out while it is read, in bounded memory: of each stretch its smallest and its largest value stay, so that
/// no spike is lost. Stretches have as many points each, twice as many whenever room runs out.
/// </summary>
/// <param name="most">Points that are left at most, from 4.</param>
internal sealed class CurveBuckets(int most)
{
    private readonly List<Bucket> _buckets = [];
    private (long Step, double Value)? _first;
    private (long Step, double Value) _last;
    private long _perBucket = 1;
    private long _inLast;

    /// <summary>Takes the next point; one that is no finite number is left out.</summary>
    public void Add(long step, double value)
    {
        if (!double.IsFinite(value))
            return;
        var point = new Bucket(step, value, step, value);
        _first ??= (step, value);
        _last = (step, value);
        if (_buckets.Count > 0 && _inLast < _perBucket)
        {
            _buckets[^1] = _buckets[^1].With(point);
            _inLast++;
            return;
        }

        if (_buckets.Count >= Math.Max(2, (most / 2) - 1))
            Halve();
        _buckets.Add(point);
        _inLast = 1;
    }

    /// <summary>The points that are left; the first and the last one always, so that a curve neither begins late nor ends early.</summary>
    public SeriesFacts Series()
    {
        var (steps, values) = (new List<long>(), new List<double>());
        if (_first is { } first)
            Append(first.Step, first.Value);
        foreach (var bucket in _buckets)
        {
            var lowFirst = bucket.LowStep <= bucket.HighStep;
            Append(lowFirst ? bucket.LowStep : bucket.HighStep, lowFirst ? bucket.Low : bucket.High);
            Append(lowFirst ? bucket.HighStep : bucket.LowStep, lowFirst ? bucket.High : bucket.Low);
        }

        if (_first is not null)
            Append(_last.Step, _last.Value);
        return new SeriesFacts(steps, values);

        void Append(long step, double value)
        {
            if (steps.Count > 0 && steps[^1] >= step)
                return;
            steps.Add(step);
            values.Add(value);
        }
    }

    private void Halve()
    {
        for (var i = 0; i < _buckets.Count / 2; i++)
            _buckets[i] = _buckets[2 * i].With(_buckets[(2 * i) + 1]);
        var odd = _buckets.Count % 2 == 1;
        if (odd)
            _buckets[_buckets.Count / 2] = _buckets[^1];
        var left = (_buckets.Count / 2) + (odd ? 1 : 0);
        _buckets.RemoveRange(left, _buckets.Count - left);
        _perBucket *= 2;
    }

    private readonly record struct Bucket(long LowStep, double Low, long HighStep, double High)
    {
        public Bucket With(Bucket other) => new(
            other.Low < Low ? other.LowStep : LowStep,
            Math.Min(Low, other.Low),
            other.High > High ? other.HighStep : HighStep,
            Math.Max(High, other.High));
    }
}
