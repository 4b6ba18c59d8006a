using Hangfire.InMemory;

namespace DnC.Workflow.Runtime.Claim;

/// <summary>Rings inside one process. What a crash loses is rung again by the reconciler.</summary>
public static class InMemoryTransport
{
    /// <summary>A transport of its own.</summary>
    public static Transport Open()
    {
        var storage = new InMemoryStorage(new InMemoryStorageOptions
        {
            // The cap over Hangfire's own default of a day for whatever sets no expiration itself.
            MaxExpirationTime = Transport.RingsExpireIn,
            MaxStateHistoryLength = 4,
            StringComparer = StringComparer.Ordinal,
        });
        return new Transport(storage, storage.Dispose, ServerCheck: TimeSpan.FromHours(1));
    }
}
