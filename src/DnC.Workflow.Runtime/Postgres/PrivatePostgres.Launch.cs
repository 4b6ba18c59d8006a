using System.Globalization;
using System.Net;
using System.Net.Sockets;
using DnC.Workflow.Runtime.Locks;
using DnC.Workflow.Stages.Execution;
using Npgsql;

namespace DnC.Workflow.Runtime.Postgres;

public sealed partial class PrivatePostgres
{
    private const int PortTries = 5;

    /// <summary>For as many looks what a killed server left behind is waited for: itself until its parent has heard of it, and its sessions' processes. [ours]</summary>
    private const int Looks = 100;

    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(100);

    /// <summary>Whether it has another port now than when this process came: who has the old connection string does not find it.</summary>
    public bool HasMoved { get; private set; }

    /// <summary>Starts it again where it was killed under those who use it: as it was, and on the port that it had unless that is taken.</summary>
    /// <returns>Whether it had to be started.</returns>
    /// <exception cref="UserInputException">It does not start.</exception>
    public bool Revive()
    {
        var gone = !Answers();
        if (gone)
        {
            using var alone = LockFile.Wait(Path.Combine(_folder, "start.lock"));
            if (!IsRunning())
                Launch(options: null);
        }

        HasMoved = Describe() != ConnectionString;
        return gone;
    }

    // Without options it is started as it was.
    private void Launch(PrivatePostgresOptions? options)
    {
        _account.Reach(_folder);
        if (options is not null)
            Configure(options, LastPort() ?? FreePort());
        for (int looks = 1, ports = 1; Begin() is { } failure; looks++)
        {
            if (failure.Log.Contains("Address already in use", StringComparison.Ordinal) && ports++ < PortTries)
            {
                // Another program has it; also between finding a free one and taking it.
                Configure(options ?? new PrivatePostgresOptions(), FreePort());
                continue;
            }

            if (looks > Looks || !IsLeftBehind(failure.Log))
                throw new UserInputException($"The private PostgreSQL in '{_folder}' does not start: {failure.Output.Trim()}\n{failure.Log}");
            Thread.Sleep(Between);
        }

        using var source = NpgsqlDataSource.Create(Describe("postgres"));
        using var known = source.CreateCommand($"SELECT 1 FROM pg_database WHERE datname = '{User}'");
        if (known.ExecuteScalar() is null)
        {
            using var create = source.CreateCommand($"CREATE DATABASE {User}");
            create.ExecuteNonQuery();
        }
    }

    // Null: it runs. The log from where this start began to write.
    private (string Output, string Log)? Begin()
    {
        var before = File.Exists(Log) ? new FileInfo(Log).Length : 0;
        var (code, output) = _account.Run([_binaries.Path("pg_ctl"), "start", "-D", Named(Data), "-l", Named(Log), "-w", "-t", "120", "-s"], _folder);
        if (code == 0)
            return null;
        if (!File.Exists(Log))
            return (output, "");
        using var log = new FileStream(Log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        log.Position = Math.Min(before, log.Length);
        using var reader = new StreamReader(log);
        return (output, string.Join('\n', reader.ReadToEnd().Split('\n').TakeLast(8)));
    }

    private static bool IsLeftBehind(string log) =>
        log.Contains("is still in use", StringComparison.Ordinal) || (log.Contains("lock file", StringComparison.Ordinal) && log.Contains("already exists", StringComparison.Ordinal));

    // A server that was killed is a zombie until its parent has heard of it, and 'pg_ctl status' takes that for alive.
    private bool IsRunning()
    {
        for (var look = 1; look <= Looks; look++)
        {
            if (_account.Run([_binaries.Path("pg_ctl"), "status", "-D", Data], _folder).Code != 0)
                return false;
            if (Answers())
                return true;
            Thread.Sleep(Between);
        }

        return false;
    }

    // Whatever it answers, it is there; and so it may be where the answer only takes too long.
    private bool Answers()
    {
        try
        {
            using var connection = new NpgsqlConnection(
                new NpgsqlConnectionStringBuilder(Describe("postgres")) { Pooling = false, Timeout = 5, ApplicationName = "dnc look" }.ConnectionString);
            connection.Open();
            return true;
        }
        catch (PostgresException)
        {
            return true;
        }
        catch (NpgsqlException e)
        {
            return e.InnerException is TimeoutException;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or IndexOutOfRangeException or FormatException)
        {
            // Its file is gone, or not written to its end.
            return false;
        }
    }

    private int? LastPort()
    {
        var file = Path.Combine(Data, "dnc.conf");
        var line = File.Exists(file) ? File.ReadLines(file).FirstOrDefault(l => l.StartsWith("port = ", StringComparison.Ordinal)) : null;
        return int.TryParse(line?["port = ".Length..].Trim('\'', ' '), NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : null;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
