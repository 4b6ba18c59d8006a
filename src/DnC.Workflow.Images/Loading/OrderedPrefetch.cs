using System.Runtime.ExceptionServices;

namespace DnC.Workflow.Images.Loading;

/// <summary>Fills one numbered item on a worker; it should look at the token between images, and use only its own worker's scratch.</summary>
internal delegate void FillItem<T>(long number, T item, int worker, CancellationToken stop);

/// <summary>
/// Items number <c>first</c> … <c>end</c>−1, filled by background threads ahead of the consumer and handed out in order. Each item is
/// filled whole by one thread from its number alone, so that the number of threads cannot change what is in it.
/// </summary>
/// <remarks>
/// Invariant: items taken by workers lie in [delivered, delivered + ahead), so at most ahead + 1 items exist, counting the one that the
/// consumer holds. An item goes back into use when the consumer asks for the next. A worker's exception is thrown to the consumer when it
/// reaches that item, after all items before it: at the same place whatever the timing.
/// </remarks>
internal sealed class OrderedPrefetch<T> : IDisposable where T : class
{
    private readonly object _guard = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<long, T> _ready = [];
    private readonly Dictionary<long, ExceptionDispatchInfo> _failed = [];
    private readonly Stack<T> _free = [];
    private readonly Func<T> _create;
    private readonly FillItem<T> _fill;
    private readonly Thread[] _workers;
    private readonly long _end;
    private readonly int _ahead;
    private long _taken;
    private long _delivered;

    public OrderedPrefetch(long first, long end, int threads, int ahead, Func<T> create, FillItem<T> fill)
    {
        (_taken, _delivered, _end, _ahead, _create, _fill) = (first, first, end, ahead, create, fill);
        _workers = [.. Enumerable.Range(0, threads).Select(worker => new Thread(() => Work(worker)) { IsBackground = true, Name = $"loader {worker}" })];
        foreach (var worker in _workers) worker.Start();
    }

    /// <summary>Hands out the items in order, ending the threads at the end or when the enumeration is left.</summary>
    public static IEnumerable<T> Run(long first, long end, int threads, int ahead, Func<T> create, FillItem<T> fill)
    {
        using var prefetch = new OrderedPrefetch<T>(first, end, threads, ahead, create, fill);
        T? held = null;
        while (prefetch.Next(held) is { } item)
        {
            held = item;
            yield return item;
        }
    }

    /// <summary>The next item, or null after the last; takes the one handed out before back into use.</summary>
    public T? Next(T? previous)
    {
        lock (_guard)
        {
            if (previous is not null) _free.Push(previous);
            if (_delivered == _end) return null;
            T? item;
            while (!_ready.Remove(_delivered, out item))
            {
                if (_failed.TryGetValue(_delivered, out var failure)) failure.Throw();
                Monitor.Wait(_guard);
            }
            _delivered++;
            Monitor.PulseAll(_guard);
            return item;
        }
    }

    /// <summary>Stops the threads, at the latest after the image that each is at, and waits for them.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        lock (_guard) Monitor.PulseAll(_guard);
        foreach (var worker in _workers) worker.Join();
        _stop.Dispose();
    }

    private void Work(int worker)
    {
        while (Take(out var number, out var item))
        {
            try
            {
                item ??= _create();
                _fill(number, item, worker, _stop.Token);
                lock (_guard)
                {
                    _ready.Add(number, item);
                    Monitor.PulseAll(_guard);
                }
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception cause)
            {
                lock (_guard)
                {
                    _failed.Add(number, ExceptionDispatchInfo.Capture(cause));
                    Monitor.PulseAll(_guard);
                }
            }
        }
    }

    private bool Take(out long number, out T? item)
    {
        lock (_guard)
        {
            while (!_stop.IsCancellationRequested && _taken < _end && _taken >= _delivered + _ahead) Monitor.Wait(_guard);
            number = _taken;
            item = null;
            if (_stop.IsCancellationRequested || _taken >= _end) return false;
            _taken++;
            _free.TryPop(out item);
            return true;
        }
    }
}
