using System.Data.Common;
using DnC.Workflow.Runtime.Artifacts;
using DnC.Workflow.Runtime.Hosting;
using DnC.Workflow.Runtime.Ledger;
using DnC.Workflow.Runtime.Postgres;
using DnC.Workflow.Runtime.Submit;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Ports;
using Spectre.Console;

namespace DnC.Workflow.Cli.Places;

/// <summary>A PostgreSQL with workers on it ('--postgres'): a command here submits, asks and watches, and runs nothing itself.</summary>
internal sealed class Shared : Place
{
    private readonly string? _artifacts;
    private readonly Terminals _terminals;
    private readonly PrivatePostgres? _server;
    private LedgerClient? _client;

    private Shared(string path, string connectionString, PrivatePostgres? server, string? artifacts, Terminals terminals)
        : base(path)
    {
        (ConnectionString, _server, _artifacts, _terminals) = (connectionString, server, artifacts, terminals);
    }

    /// <summary>With the password: for connecting alone.</summary>
    public string ConnectionString { get; }

    public override string Where => _server is null ? $"on PostgreSQL {LedgerClient.Describe(ConnectionString)}" : $"on the private PostgreSQL of {Path}";

    public override IReadOnlyList<string> Arguments => this switch
    {
        { _server: not null } => ["--postgres", "managed", "--root", Path],
        { IsOfEnvironment: true } => [],
        _ => ["--postgres", "CONN"],
    };

    /// <summary>Whether the database is the one that DNC_POSTGRES names, for every command.</summary>
    private bool IsOfEnvironment => Environment.GetEnvironmentVariable("DNC_POSTGRES") == ConnectionString;

    // A comment of the shell: the line stays one that can be typed. The connection string may hold a password.
    public override string Command(string verb, string run) =>
        base.Command(verb, run) + (_server is null && !IsOfEnvironment ? "   # with the same --postgres, or DNC_POSTGRES" : "");

    public override bool HasLedger => true;

    public override RootHolder? Holder => null;

    public override bool IsUnserved => false;

    private LedgerClient Client => _client ??= LedgerClient.Open(ConnectionString, Composition.Jitter, Trouble);

    /// <summary>Opens it; the ledger itself when it is first used.</summary>
    /// <param name="path">The root folder.</param>
    /// <param name="connection">A connection string, or 'managed' for a server of the root's own.</param>
    /// <param name="artifacts">Where the artifacts are, or null for a folder in the root.</param>
    /// <param name="terminals">Where trouble is told.</param>
    /// <exception cref="UserInputException">It is no connection string, or there is no PostgreSQL to manage.</exception>
    public static Shared Open(string path, string connection, string? artifacts, Terminals terminals)
    {
        if (connection == "managed")
        {
            var server = PrivatePostgres.Start(System.IO.Path.Combine(path, "postgres"));
            return new Shared(path, server.ConnectionString, server, artifacts, terminals);
        }

        LedgerClient.Describe(connection);
        return new Shared(path, connection, server: null, artifacts, terminals);
    }

    public override T Read<T>(Func<RunService, T> read) => Asking(() => read(new RunService(Client.Ledger)));

    public override T Write<T>(Func<RunService, T> write) => Asking(() => write(new RunService(Client.Ledger, Composition.Versions)));

    public override T WithLedger<T>(Func<SqlLedger, T> use) => Asking(() => use(Client.Ledger));

    public override IReadOnlyList<WorkerView>? Workers() => Asking(Client.Ledger.Workers);

    public override IArtifactStore OpenStore(bool toDelete = false)
    {
        var store = OpenStore(System.IO.Path.Combine(Path, "cache"));
        try
        {
            Asking(() =>
            {
                if (toDelete)
                    StoreIdentity.RequireNoted(Client.Ledger, store);
                else
                    StoreIdentity.Require(Client.Ledger, store);
                return true;
            });
            return store;
        }
        catch
        {
            (store as IDisposable)?.Dispose();
            throw;
        }
    }

    /// <summary>Whether the server is the root's own, which any process that uses it starts.</summary>
    public bool IsManaged => _server is not null;

    /// <summary>Whether that server has another port now, so that nothing which is connected to it comes back.</summary>
    public bool HasMoved => _server?.HasMoved ?? false;

    /// <summary>Starts the root's own server again where it was killed.</summary>
    /// <returns>Whether it had to be started.</returns>
    /// <exception cref="UserInputException">It does not start.</exception>
    public bool Revive() => _server?.Revive() ?? false;

    /// <summary>Whether the artifacts are where nobody but this machine sees them, though the database may have workers on others.</summary>
    public bool KeepsArtifactsToItself => _artifacts is null && _server is null;

    /// <summary>The artifacts; with a folder for copies of what is read from a bucket.</summary>
    /// <remarks>Where nobody named a place, all is on this machine: what is not there now will not come a moment later.</remarks>
    public IArtifactStore OpenStore(string cache) => _artifacts is null ? new FolderStore(ArtifactPlace) : ArtifactStores.Open(_artifacts, cache, TimeProvider.System);

    /// <summary>Where the artifacts are.</summary>
    public string ArtifactPlace => _artifacts ?? EmbeddedEngine.ArtifactFolder(Path);

    public override string? Find(ArtifactFile file) => ArtifactStores.Locate(ArtifactPlace, file);

    public override int Follow(StageGraph graph, FollowRequest show, Func<RunService, string> begin) =>
        Asking(() => WatchSession.Run(this, Client.Ledger, show, begin));

    public override void Dispose()
    {
        _client?.Dispose();
        _server?.Dispose();
    }

    private void Trouble(string what, Exception error) => _terminals.Error.WriteLine($"{what}: {ErrorLine.Of(error)}");

    private static T Asking<T>(Func<T> ask)
    {
        try
        {
            return ask();
        }
        catch (DbException e)
        {
            throw new UserInputException(
                e.SqlState is not null
                    ? $"The database refuses: {ErrorLine.Of(e)}"
                    : $"The database cannot be reached: {ErrorLine.Of(e)} Check --postgres or DNC_POSTGRES, and that the server runs. What workers run goes on.",
                e);
        }
    }
}
