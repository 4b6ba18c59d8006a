namespace DnC.Workflow.Runtime.Artifacts;

/// <summary>What is remembered to save work, as much of it as was used last: a worker lives for months. Any thread may call it.</summary>
/// <param name="atMost">How many entries are kept.</param>
internal sealed class RecentlyUsed<TValue>(int atMost)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<(string Key, TValue Value)>> _entries = new(StringComparer.Ordinal);
    private readonly LinkedList<(string Key, TValue Value)> _byUse = new();

    /// <summary>How many there are.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _entries.Count;
        }
    }

    /// <summary>What is remembered of a key, or nothing.</summary>
    public bool TryGet(string key, out TValue? value)
    {
        lock (_lock)
        {
            value = default;
            if (!_entries.TryGetValue(key, out var node))
                return false;
            _byUse.Remove(node);
            _byUse.AddFirst(node);
            value = node.Value.Value;
            return true;
        }
    }

    /// <summary>Remembers, and forgets what was not used for longest where that is too much.</summary>
    public void Set(string key, TValue value)
    {
        lock (_lock)
        {
            Drop(key);
            _entries[key] = _byUse.AddFirst((key, value));
            if (_entries.Count > atMost)
                Drop(_byUse.Last!.Value.Key);
        }
    }

    /// <summary>Forgets a key.</summary>
    public void Remove(string key)
    {
        lock (_lock)
            Drop(key);
    }

    private void Drop(string key)
    {
        if (_entries.Remove(key, out var node))
            _byUse.Remove(node);
    }
}
