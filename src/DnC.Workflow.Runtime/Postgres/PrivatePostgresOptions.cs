namespace DnC.Workflow.Runtime.Postgres;

/// <summary>How a private server is set up. [ours]</summary>
public sealed record PrivatePostgresOptions
{
    /// <summary>Connections it takes at once.</summary>
    public int MaxConnections { get; init; } = 200;

    /// <summary>Addresses it listens on beside its socket, as PostgreSQL's 'listen_addresses' has them.</summary>
    public string ListenAddresses { get; init; } = "127.0.0.1";

    /// <summary>Whether a commit survives a power cut. Off is for tests: a killed server loses nothing even so.</summary>
    public bool Fsync { get; init; } = true;

    /// <summary>Further settings of postgresql.conf, by name.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
