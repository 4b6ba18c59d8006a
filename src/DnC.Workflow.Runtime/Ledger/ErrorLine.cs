using System.Net.Sockets;
using Npgsql;

namespace DnC.Workflow.Runtime.Ledger;

/// <summary>What an error says, in one line of a log that ends with a full stop. The server's further lines (position, detail) are for its own log.</summary>
public static class ErrorLine
{
    /// <summary>Of an exception.</summary>
    public static string Of(Exception error) => error switch
    {
        PostgresException refused => Of($"{refused.MessageText} (SQLSTATE {refused.SqlState})"),
        // Without the address, which some of its messages repeat.
        SocketException socket => Of(new SocketException((int)socket.SocketErrorCode).Message),
        NpgsqlException { InnerException: (SocketException or IOException or TimeoutException) and var why } when !error.Message.Contains(why.Message, StringComparison.Ordinal) =>
            $"{Of(error.Message).TrimEnd('.')}: {Of(why)}",
        // One that says only that another says what happened.
        { InnerException: { } inner } when error.Message.Contains("inner exception", StringComparison.OrdinalIgnoreCase) => Of(inner),
        _ => Of(error.Message),
    };

    /// <summary>Of a text: its first line that holds anything.</summary>
    public static string Of(string text)
    {
        var line = text.Split('\n').Select(l => l.Trim()).FirstOrDefault(l => l.Length > 0) ?? "no message";
        return line[^1] is '.' or '!' or '?' or '…' ? line : line + ".";
    }
}
