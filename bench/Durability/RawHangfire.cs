using System.Collections.Concurrent;
using DnC.Workflow.Runtime.Claim;
using Hangfire;
using Hangfire.PostgreSql;

namespace DnC.Workflow.Bench.Durability;

/// <summary>The peer: a no-op job of Hangfire.PostgreSql alone, with the same settings as our rings have, in a database of its own.</summary>
public sealed class RawHangfire : IDisposable
{
    private static readonly ConcurrentDictionary<string, TaskCompletionSource<long>> s_waiting = new(StringComparer.Ordinal);
    private static int s_done;

    private readonly Transport _transport;
    private readonly BackgroundJobClient _client;
    private BackgroundJobServer? _server;

    /// <summary>Connects.</summary>
    public RawHangfire(string connectionString, int workers)
    {
        Workers = workers;
        _transport = PostgresTransport.Open(connectionString, Graphs.Cpu(workers));
        _client = new BackgroundJobClient(_transport.Storage);
    }

    /// <summary>Worker threads.</summary>
    public int Workers { get; }

    /// <summary>Jobs done in this process since <see cref="Serve"/>.</summary>
    public static int Done => Volatile.Read(ref s_done);

    /// <summary>Starts its server.</summary>
    public void Serve()
    {
        Volatile.Write(ref s_done, 0);
        _server = new BackgroundJobServer(new BackgroundJobServerOptions { Queues = ["raw"], WorkerCount = Workers }, _transport.Storage);
    }

    /// <summary>Enqueues a job that nobody waits for.</summary>
    public void Enqueue() => _client.Enqueue("raw", () => Count());

    /// <summary>Enqueues a job and waits until it runs.</summary>
    /// <returns>The time stamp of its beginning.</returns>
    public async Task<long> RunOne(string id)
    {
        var began = s_waiting[id] = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        _client.Enqueue("raw", () => Tell(id));
        return await began.Task.ConfigureAwait(false);
    }

    /// <summary>The no-op job.</summary>
    public static void Count() => Interlocked.Increment(ref s_done);

    /// <summary>The no-op job that tells its beginning.</summary>
    public static void Tell(string id)
    {
        if (s_waiting.TryRemove(id, out var began))
            began.SetResult(TimeProvider.System.GetTimestamp());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _server?.Dispose();
        _transport.Close();
    }
}
