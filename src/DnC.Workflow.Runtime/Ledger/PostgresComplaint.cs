using System.Net.Sockets;
using DnC.Workflow.Stages.Execution;
using Npgsql;

namespace DnC.Workflow.Runtime.Ledger;

/// <summary>What to tell a person about a database that cannot serve as a ledger. Never a password.</summary>
internal static class PostgresComplaint
{
    /// <summary>The message, or null where the error is none of a person's making.</summary>
    public static string? About(Exception error, NpgsqlConnectionStringBuilder connection)
    {
        var where = PostgresConnection.Describe(connection);
        return error switch
        {
            PostgresException { SqlState: "28P01" or "28000" } =>
                $"{where} refuses user '{connection.Username}': wrong user or password, or not let in from here (pg_hba.conf). Correct the connection string.",
            PostgresException { SqlState: "3D000" } =>
                $"The database '{connection.Database}' does not exist on {connection.Host}:{connection.Port}. Create it ('createdb {connection.Database}'), or name another.",
            PostgresException { SqlState: "42501" } refused =>
                $"User '{connection.Username}' lacks rights in {where}: {refused.MessageText}. "
                    + $"It has to own schema '{PostgresConnection.Schema}', or be allowed to make it: GRANT CREATE ON DATABASE \"{connection.Database}\" TO \"{connection.Username}\".",
            PostgresException { SqlState: "53300" or "53400" } full =>
                $"{where} has no connection left: {full.MessageText}. Raise max_connections, or run fewer workers or slots.",
            PostgresException { SqlState: "25006" } =>
                $"{where} is read-only, as a standby is. Name the primary.",
            PostgresException { SqlState: "57P03" or "57P01" or "57P02" } starting =>
                $"{where} is starting or stopping: {starting.MessageText}. Try again in a moment.",
            NpgsqlException { InnerException: SocketException or TimeoutException or IOException } away =>
                $"{where} cannot be reached: {Innermost(away)} Check host and port, and that the server runs and listens there.",
            NpgsqlException { InnerException: System.Security.Authentication.AuthenticationException secure } =>
                $"{where}: no secure connection: {secure.Message} Check 'SSL Mode' and the certificates.",
            NpgsqlException and not PostgresException => $"{where}: {error.Message}",
            _ => null,
        };
    }

    /// <summary>The database's error within an exception, or null where it is about something else.</summary>
    public static NpgsqlException? Cause(Exception error)
    {
        for (var inner = error; inner is not null; inner = inner.InnerException)
        {
            if (inner is NpgsqlException found)
                return found;
        }

        return null;
    }

    /// <summary>Whether waiting may mend it: nobody answers, the server starts or stops, or it is full.</summary>
    public static bool MayPass(NpgsqlException error) => error.IsTransient || error is PostgresException { SqlState: "57P01" or "57P02" or "57P03" };

    /// <summary>The message about an answer that stays the same however often one asks.</summary>
    public static string Refusal(NpgsqlException error, NpgsqlConnectionStringBuilder connection) =>
        About(error, connection) ?? $"{PostgresConnection.Describe(connection)} refuses: {ErrorLine.Of(error)} Correct that there, or name another database.";

    /// <summary>For a server that is too old.</summary>
    public static UserInputException TooOld(NpgsqlConnectionStringBuilder connection, string version) =>
        new($"{PostgresConnection.Describe(connection)} has version {version}; {PostgresDialect.OldestMajor} or newer is needed. Upgrade it, or name another server.");

    private static string Innermost(Exception error) => error.InnerException is { } inner ? inner.Message.TrimEnd('.') + "." : error.Message;
}
