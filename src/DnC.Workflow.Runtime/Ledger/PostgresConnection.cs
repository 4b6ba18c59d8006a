using System.Data.Common;
using DnC.Workflow.Stages.Execution;
using Npgsql;

namespace DnC.Workflow.Runtime.Ledger;

/// <summary>A connection string for the ledger: what a person gave, and what the ledger needs where that says nothing.</summary>
internal static class PostgresConnection
{
    /// <summary>The schema with the ledger's tables. Hangfire's are in another.</summary>
    public const string Schema = "dnc";

    /// <summary>How connection strings look.</summary>
    public const string Example = "'Host=HOST;Port=5432;Username=USER;Password=PASSWORD;Database=DATABASE' or 'postgresql://USER:PASSWORD@HOST:5432/DATABASE'";

    /// <summary>Reads it. Nothing of it is quoted in errors: what cannot be read may be a piece of a password.</summary>
    /// <exception cref="UserInputException">It is no connection string, or names no host or database.</exception>
    public static NpgsqlConnectionStringBuilder Read(string connectionString)
    {
        NpgsqlConnectionStringBuilder read;
        try
        {
            read = connectionString.StartsWith("postgres://", StringComparison.Ordinal) || connectionString.StartsWith("postgresql://", StringComparison.Ordinal)
                ? FromUri(new Uri(connectionString))
                : new NpgsqlConnectionStringBuilder(connectionString);
        }
        catch (Exception e) when (e is ArgumentException or FormatException or KeyNotFoundException or OverflowException)
        {
            throw new UserInputException(
                $"The PostgreSQL connection string cannot be read{(Unknown(connectionString) is { } name ? $": it has '{name}', which is no setting of a connection" : "")}. It has to look like {Example}.");
        }

        if (string.IsNullOrEmpty(read.Host) || string.IsNullOrEmpty(read.Database))
            throw new UserInputException($"The PostgreSQL connection string names no {(string.IsNullOrEmpty(read.Host) ? "host" : "database")}. It has to look like {Example}.");

        // Whatever a person's other programs need: names, paths and logs are of all alphabets, and what another encoding lacks fails in the middle of a run.
        (read.Encoding, read.ClientEncoding) = ("UTF8", "UTF8");
        return read;
    }

    /// <summary>Host and database, for messages.</summary>
    public static string Describe(NpgsqlConnectionStringBuilder connection) =>
        $"PostgreSQL database '{connection.Database}' on {connection.Host}:{connection.Port}";

    /// <summary>With what the ledger needs: its schema, an end to sessions that a stopped process left in a transaction, prepared statements.</summary>
    /// <param name="given">As read.</param>
    /// <param name="idle">How long a transaction may be left alone before the server ends it with its locks.</param>
    public static string Complete(NpgsqlConnectionStringBuilder given, TimeSpan idle)
    {
        var full = new NpgsqlConnectionStringBuilder(given.ConnectionString) { SearchPath = Schema, IncludeErrorDetail = false, Enlist = false };
        full.ApplicationName ??= "dnc";
        if (!new DbConnectionStringBuilder { ConnectionString = given.ConnectionString }.ContainsKey("Max Auto Prepare"))
            (full.MaxAutoPrepare, full.AutoPrepareMinUsages) = (200, 2);

        // A connection that a gateway has dropped is found dead within the lease, and not when a heartbeat has waited for it.
        if (!full.TcpKeepAlive && full.TcpKeepAliveTime == 0 && !IsLocal(full.Host))
            (full.TcpKeepAlive, full.TcpKeepAliveTime, full.TcpKeepAliveInterval) = (true, 3, 1);

        // A session keeps nothing of a transaction: its settings and locks end with that.
        full.NoResetOnClose = true;

        // A process that is stopped in a transaction would hold its run's lock for as long as it sleeps. A plan that was kept from when a
        // table was small must not read all of it when it is large: what is asked often finds its rows by an index.
        full.Options = $"{given.Options} -c idle_in_transaction_session_timeout={(long)idle.TotalMilliseconds} -c enable_seqscan=off -c jit=off".Trim();
        return full.ConnectionString;
    }

    /// <summary>What a connection string is used for at first, when its settings are looked at together.</summary>
    /// <exception cref="UserInputException">They do not go together, or one is out of its range.</exception>
    public static T Try<T>(Func<T> use)
    {
        try
        {
            return use();
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException or NotImplementedException)
        {
            throw new UserInputException($"A setting of the PostgreSQL connection string cannot be used: {e.Message.ReplaceLineEndings(" ")} Leave it out; the string has to look like {Example}.", e);
        }
    }

    // A folder with a socket, which takes no options of TCP.
    private static bool IsLocal(string? hosts) => hosts?.Split(',').Any(h => h.Trim() is ['/' or '@', ..]) == true;

    // The first name that is none. After the password no name is said: what is read as one may be a piece of it.
    private static string? Unknown(string connectionString)
    {
        var known = new NpgsqlConnectionStringBuilder();
        var pairs = connectionString.Contains("://", StringComparison.Ordinal)
            ? connectionString[(connectionString.LastIndexOf('@') + 1)..].Split('?', '&')
            : connectionString.Split(';');
        foreach (var pair in pairs)
        {
            var name = pair.Split('=', 2) is [var before, _] ? before.Trim() : "";
            if (name.Contains("pass", StringComparison.OrdinalIgnoreCase) || name.Equals("pwd", StringComparison.OrdinalIgnoreCase))
                return null;
            if (name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is ' ' or '_') && name != "sslmode" && !known.ContainsKey(name))
                return name;
        }

        return null;
    }

    private static NpgsqlConnectionStringBuilder FromUri(Uri uri)
    {
        var user = uri.UserInfo.Split(':', 2);
        var read = new NpgsqlConnectionStringBuilder { Host = uri.Host, Database = Uri.UnescapeDataString(uri.AbsolutePath.TrimStart('/')) };
        if (uri.Port > 0)
            read.Port = uri.Port;
        if (user[0].Length > 0)
            read.Username = Uri.UnescapeDataString(user[0]);
        if (user.Length > 1)
            read.Password = Uri.UnescapeDataString(user[1]);
        foreach (var pair in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            var name = Uri.UnescapeDataString(parts[0]);
            read[name == "sslmode" ? "SSL Mode" : name] = Uri.UnescapeDataString(parts.Length > 1 ? parts[1] : "");
        }

        return read;
    }
}
