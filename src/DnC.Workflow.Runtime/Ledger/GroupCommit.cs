using System.Data.Common;
using System.Runtime.ExceptionServices;

namespace DnC.Workflow.Runtime.Ledger;

/// <summary>
/// Puts into one transaction what threads of this process want to write under the same run's lock: who comes while one is under way joins
/// the next. The lock changes hands, and the log is forced to disk, once for many; who comes alone waits for nobody.
/// </summary>
/// <param name="write">Commits a body's writes, and calls its second argument before it commits: an error until then has written nothing.</param>
/// <param name="isTransient">Whether an error of the database would meet each of a group alone, too.</param>
internal sealed class GroupCommit(Action<Action<LedgerTransaction>, Action> write, Func<DbException, bool> isTransient)
{
    // What one transaction may hold: its run's other writers wait that long.
    private const int MostTogether = 64;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Queue<Item>> _behind = new(StringComparer.Ordinal);

    /// <summary>Runs a body in a transaction with others of the same run, and returns when that is committed.</summary>
    /// <param name="run">The run whose lock the body takes.</param>
    /// <param name="body">Runs on any of the threads that wait, and once more where a transaction is tried again.</param>
    /// <returns>Its result, and the rings that it asked for.</returns>
    public (T Result, IReadOnlyDictionary<string, int> Rings) Run<T>(string run, Func<LedgerTransaction, T> body)
    {
        var mine = new Item<T>(body);
        if (Leads(run, mine) || mine.WaitToLead())
            Lead(run, mine);
        return (mine.Result(), mine.Rings);
    }

    /// <summary>How many wait for what is under way under a run's lock, for tests.</summary>
    public int Behind(string run)
    {
        lock (_lock)
            return _behind.TryGetValue(run, out var waiting) ? waiting.Count : 0;
    }

    private bool Leads(string run, Item item)
    {
        lock (_lock)
        {
            if (_behind.TryAdd(run, new Queue<Item>()))
                return true;
            _behind[run].Enqueue(item);
            return false;
        }
    }

    private void Lead(string run, Item first)
    {
        List<Item> group = [first];
        lock (_lock)
        {
            while (group.Count < MostTogether && _behind[run].TryDequeue(out var next))
                group.Add(next);
        }

        try
        {
            Commit(group);
        }
        finally
        {
            Item? successor;
            lock (_lock)
            {
                if (!_behind[run].TryDequeue(out successor))
                    _behind.Remove(run);
            }

            successor?.LeadNext();
            foreach (var item in group)
                item.End();
        }
    }

    private void Commit(List<Item> group)
    {
        var committing = false;
        try
        {
            write(transaction => group.ForEach(item => item.Run(transaction)), () => committing = true);
        }
        catch (Exception e) when (committing || group.Count == 1 || (e is DbException error && isTransient(error)))
        {
            group.ForEach(item => item.Fail(e));
        }
        catch (Exception)
        {
            // One's mistake is not another's: nothing is written yet, and each is on its own.
            group.ForEach(item => Commit([item]));
        }
    }

    private abstract class Item
    {
        // True: lead the next transaction; false: another has led it to its end.
        private readonly TaskCompletionSource<bool> _told = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private ExceptionDispatchInfo? _error;

        public IReadOnlyDictionary<string, int> Rings { get; protected set; } = new Dictionary<string, int>(StringComparer.Ordinal);

        public abstract void Run(LedgerTransaction transaction);

        public void Fail(Exception error) => _error = ExceptionDispatchInfo.Capture(error);

        public void LeadNext() => _told.TrySetResult(true);

        public void End() => _told.TrySetResult(false);

        public bool WaitToLead() => _told.Task.GetAwaiter().GetResult();

        protected void ThrowIfFailed() => _error?.Throw();
    }

    private sealed class Item<T>(Func<LedgerTransaction, T> body) : Item
    {
        private T? _result;

        public override void Run(LedgerTransaction transaction)
        {
            _result = body(transaction);
            Rings = transaction.TakeRings();
        }

        public T Result()
        {
            ThrowIfFailed();
            return _result!;
        }
    }
}
