using Microsoft.Win32.SafeHandles;

namespace DnC.Workflow.Images.Formats.Tar;

/// <summary>
/// Open handles of shards for many threads, a bounded number of them: a data set may have more shards than a process may hold files open.
/// </summary>
internal sealed class ShardHandles(IReadOnlyList<TarIndex> shards, int atOnce = 256) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly SafeFileHandle?[] _open = new SafeFileHandle?[shards.Count];
    private readonly Queue<int> _order = new();
    private bool _disposed;

    /// <summary>Reads all of <paramref name="bytes"/> from a shard.</summary>
    /// <exception cref="DataChangedException">The shard is gone, or no longer the file that was indexed.</exception>
    public void Read(int shard, Span<byte> bytes, long offset)
    {
        try
        {
            while (true)
            {
                var handle = Handle(shard);
                try
                {
                    ReadFrom(handle, shard, bytes, offset);
                    return;
                }
                catch (ObjectDisposedException) when (!Volatile.Read(ref _disposed))
                {
                    // Another thread's shard took this handle's place between the two lines: open it again.
                }
            }
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DataChangedException(
                $"The shard '{shards[shard].Path}' is gone since it was indexed. Put it back, or start anew on the data as it is.", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            Volatile.Write(ref _disposed, true);
            foreach (var handle in _open) handle?.Dispose();
            Array.Clear(_open);
            _order.Clear();
        }
    }

    private void ReadFrom(SafeFileHandle handle, int shard, Span<byte> bytes, long offset)
    {
        var filled = 0;
        while (filled < bytes.Length && RandomAccess.Read(handle, bytes[filled..], offset + filled) is > 0 and var read) filled += read;
        // Asked after the reading: what was written before or in the middle of it shows.
        if (filled < bytes.Length || FileIdentity.Of(handle) != shards[shard].Identity) throw Changed(shard);
    }

    private SafeFileHandle Handle(int shard)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_open[shard] is { } handle) return handle;
            if (_order.Count == atOnce)
            {
                var oldest = _order.Dequeue();
                // A read under way holds a reference: the file is closed behind it.
                _open[oldest]?.Dispose();
                _open[oldest] = null;
            }
            handle = File.OpenHandle(
                shards[shard].Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.RandomAccess);
            _open[shard] = handle;
            _order.Enqueue(shard);
            return handle;
        }
    }

    private DataChangedException Changed(int shard) => new(
        $"The shard '{shards[shard].Path}' changed since it was indexed (its size or modification time): what was computed from it no longer belongs to it. "
        + "Let nothing write to it during a run, and run again.");
}
