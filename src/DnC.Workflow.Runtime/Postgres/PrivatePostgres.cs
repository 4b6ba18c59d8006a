using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using DnC.Workflow.Runtime.Artifacts;
using DnC.Workflow.Runtime.Locks;
using DnC.Workflow.Stages.Execution;
using Npgsql;

namespace DnC.Workflow.Runtime.Postgres;

/// <summary>
/// A PostgreSQL server of one's own, made of the machine's programs in a folder: for several processes on one machine, and for tests.
/// Processes that start it on the same folder share it; the last to leave stops it. It listens on a socket in its folder and on a free
/// loopback port, and asks for a random password that lies in the folder, readable by its owner alone.
/// </summary>
public sealed partial class PrivatePostgres : IDisposable
{
    private const string User = "dnc";
    // sun_path holds 108 bytes on Linux, 104 on macOS, with the name '.s.PGSQL.65535' and an end.
    private const int LongestSocketFolder = 85;

    private readonly string _folder;
    private readonly PostgresBinaries _binaries;
    private readonly ServerAccount _account;
    private LockFile? _hold;

    private PrivatePostgres(string folder, PostgresBinaries binaries, ServerAccount account)
    {
        _folder = folder;
        _binaries = binaries;
        _account = account;
    }

    /// <summary>How to connect to its database 'dnc' as its owner. Holds the password: never log it.</summary>
    public string ConnectionString { get; private set; } = "";

    private string Data => Path.Combine(_folder, "data");

    private string Log => Path.Combine(_folder, "log");

    /// <summary>Whether such a server can run here.</summary>
    /// <param name="why">What is missing, or empty.</param>
    public static bool Available(out string why)
    {
        why = OperatingSystem.IsWindows() ? "A private PostgreSQL is for Linux and macOS; give the connection string of a server with --postgres."
            : PostgresBinaries.FindAll().Count == 0 ? PostgresBinaries.Missing : "";
        return why.Length == 0;
    }

    /// <summary>Makes the server where there is none yet, and starts it where it does not run.</summary>
    /// <param name="folder">Its folder; made where it is missing.</param>
    /// <param name="options">Hold for the process that starts it; who joins takes what is there.</param>
    /// <exception cref="UserInputException">PostgreSQL is not installed here, or does not start; with its own words.</exception>
    public static PrivatePostgres Start(string folder, PrivatePostgresOptions? options = null)
    {
        if (!Available(out var why))
            throw new UserInputException(why);
        folder = Path.GetFullPath(folder);
        if (folder.Any(char.IsControl))
            throw new UserInputException($"A private PostgreSQL cannot lie in '{folder}', whose name has a control character. Choose another root with --root.");
        var account = ServerAccount.Choose();
        Durable.CreateFolder(folder);
        using var alone = LockFile.Wait(Path.Combine(folder, "start.lock"));
        var server = new PrivatePostgres(folder, PostgresBinaries.For(Path.Combine(folder, "data")), account);
        server.Make();
        if (!server.IsRunning())
            server.Launch(options ?? new PrivatePostgresOptions());
        server.ConnectionString = server.Describe();
        server._hold = LockFile.Wait(Path.Combine(folder, "users.lock"), together: true);
        return server;
    }

    /// <summary>Kills every session without a checkpoint, as a crash does, and starts again on the same port. For tests.</summary>
    internal void RestartImmediately() => Control("restart", "-m", "immediate", "-l", Named(Log));

    /// <summary>Stops it as a crash does. For tests of a database that is away.</summary>
    internal void StopServer() => Control("stop", "-m", "immediate");

    /// <summary>Starts it again after <see cref="StopServer"/>, on the same port.</summary>
    internal void StartServer() => Control("start", "-l", Named(Log));

    /// <summary>Leaves it; the last to leave stops it.</summary>
    public void Dispose()
    {
        if (_hold is not { } hold)
            return;
        _hold = null;

        // Taking the other lock alone is not atomic, but whoever comes or leaves waits for this one.
        using var alone = LockFile.Wait(Path.Combine(_folder, "start.lock"));
        bool last;
        using (hold)
            last = hold.TryLock();
        try
        {
            if (last && IsRunning())
                Control("stop", "-m", "fast");
        }
        catch (UserInputException)
        {
            // What was asked of it is done by now, and its being in the way of nobody is no part of that. It stops with the next to leave.
        }
    }

    private void Make()
    {
        if (File.Exists(Path.Combine(Data, "PG_VERSION")))
            return;
        if (Directory.Exists(Data))
            throw new UserInputException($"'{Data}' is no PostgreSQL cluster, so none is made there. Move it away, or choose another folder.");
        var password = Path.Combine(_folder, "password");
        _account.Own(_folder);
        _account.Reach(_folder);
        _account.Write(password, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24)));
        // Under another name until it is whole: a process that dies here leaves nothing that looks like a cluster.
        var half = Path.Combine(_folder, "data.unfinished");
        _account.MustRun(["rm", "-rf", "--", half], _folder);
        _account.MustRun(
            [
                _binaries.Path("initdb"), "-D", half, "-U", User, "--pwfile", password, "-A", "scram-sha-256", "-E", "UTF8", "--locale=C", "--no-instructions",
            ],
            _folder);
        _account.Append(Path.Combine(half, "postgresql.conf"), "\ninclude 'dnc.conf'\n");
        _account.MustRun(["mv", "--", half, Data], _folder);
    }

    private void Configure(PrivatePostgresOptions options, int port)
    {
        var socket = Path.Combine(_folder, "socket");
        var hasSocket = Encoding.UTF8.GetByteCount(socket) <= LongestSocketFolder;
        if (hasSocket)
        {
            _account.MustRun(["mkdir", "-p", "-m", "0700", "--", socket], _folder);
        }

        var settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["port"] = port.ToString(CultureInfo.InvariantCulture),
            ["listen_addresses"] = options.ListenAddresses,
            ["unix_socket_directories"] = hasSocket ? socket : "",
            ["unix_socket_permissions"] = "0700",
            ["password_encryption"] = "scram-sha-256",
            ["max_connections"] = options.MaxConnections.ToString(CultureInfo.InvariantCulture),
            ["fsync"] = options.Fsync ? "on" : "off",
            ["lc_messages"] = "C",
        };
        foreach (var (name, value) in options.Settings)
            settings[name] = value;
        _account.Write(Path.Combine(Data, "dnc.conf"), string.Concat(settings.Select(s => $"{s.Key} = {Quoted(s.Value)}\n")));
    }

    private string Describe(string database = User)
    {
        // Lines of postmaster.pid: process, folder, start, port, socket folder, address.
        var lines = File.ReadAllLines(Path.Combine(Data, "postmaster.pid"));
        var socket = lines[4].Trim();
        return new NpgsqlConnectionStringBuilder
        {
            Host = socket.Length > 0 ? socket : IPAddress.Loopback.ToString(),
            Port = int.Parse(lines[3], CultureInfo.InvariantCulture),
            Username = User,
            Password = File.ReadAllText(Path.Combine(_folder, "password")),
            Database = database,
        }.ConnectionString;
    }

    private void Control(string what, params string[] arguments) =>
        _account.MustRun([_binaries.Path("pg_ctl"), what, "-D", Named(Data), "-w", "-t", "120", "-s", .. arguments], _folder);

    // 'pg_ctl' hands these to a shell between double quotes. What a shell would read there it is given from where they lie.
    private static string Named(string path) => path.AsSpan().ContainsAny("\"$`\\") ? Path.GetFileName(path) : path;

    private static string Quoted(string value) =>
        $"'{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal)}'";
}
