using System.Collections.Concurrent;
using System.Data.Common;
using System.Reflection;
using System.Text.RegularExpressions;
using Dapper;
using Npgsql;
using NpgsqlTypes;

namespace DnC.Workflow.Runtime.Ledger;

/// <summary>
/// A PostgreSQL transaction's statements. What nobody waits for goes along with the next one that somebody does wait for: a run's lock is held
/// for as many round trips as there are questions, not statements.
/// </summary>
internal sealed partial class StatementBatch(NpgsqlConnection connection, NpgsqlTransaction transaction)
{
    private static readonly ConcurrentDictionary<(Type, string), PropertyInfo[]> s_used = new();

    private readonly List<Entry> _open = [];
    private Entry? _alongside;

    /// <summary>Sends a statement with the next one that is waited for.</summary>
    /// <param name="sql">The statement.</param>
    /// <param name="arguments">Its parameters as properties.</param>
    /// <param name="rows">How many rows it has to change, or null.</param>
    public void Add(string sql, object? arguments, int? rows) => _open.Add(new Entry(Command(sql, arguments), rows, null));

    /// <summary>Sends a question with the next one that is waited for.</summary>
    public void Add<T>(string sql, object? arguments, Action<List<T>> then) =>
        _open.Add(new Entry(Command(sql, arguments), null, reader => then(reader.Parse<T>().AsList())));

    /// <summary>Sends a question with the next statements that are sent, behind them: what it finds is as late as they are.</summary>
    public void Alongside<T>(string sql, Action<List<T>> then) =>
        _alongside = new Entry(Command(sql, null), null, reader => then(reader.Parse<T>().AsList()));

    /// <summary>Sends everything, this statement last.</summary>
    /// <returns>How many rows this one changed.</returns>
    public int Execute(string sql, object? arguments)
    {
        var command = Command(sql, arguments);
        _open.Add(new Entry(command, null, null));
        Flush();
        return (int)command.RecordsAffected;
    }

    /// <summary>Sends everything, this question last.</summary>
    public List<T> Query<T>(string sql, object? arguments)
    {
        List<T> found = [];
        Add<T>(sql, arguments, rows => found = rows);
        Flush();
        return found;
    }

    /// <summary>Sends what is left.</summary>
    /// <exception cref="InvalidOperationException">A statement did not change what it had to.</exception>
    public void Flush()
    {
        if (_open.Count == 0 && _alongside is null)
            return;
        if (_alongside is { } last)
            _open.Add(last);
        _alongside = null;
        using var batch = new NpgsqlBatch(connection, transaction);
        foreach (var entry in _open)
            batch.BatchCommands.Add(entry.Command);
        using (var reader = batch.ExecuteReader())
        {
            // The reader stops at results with rows only, and at the first of them by itself.
            var first = true;
            foreach (var entry in _open)
            {
                if (entry.Read is null)
                    continue;
                if (!first)
                    reader.NextResult();
                first = false;
                entry.Read(reader);
            }

            while (reader.NextResult())
            {
                // Errors of the last statements come with the end.
            }
        }

        foreach (var entry in _open)
        {
            if (entry.Rows is { } rows && (int)entry.Command.RecordsAffected != rows)
                throw new InvalidOperationException($"A row moved while this transaction held it: {entry.Command.CommandText}");
        }

        _open.Clear();
    }

    private static NpgsqlBatchCommand Command(string sql, object? arguments)
    {
        var command = new NpgsqlBatchCommand(sql);
        if (arguments is null)
            return command;
        foreach (var property in s_used.GetOrAdd((arguments.GetType(), sql), static key => Used(key.Item1, key.Item2)))
        {
            var value = property.GetValue(arguments);
            command.Parameters.Add(new NpgsqlParameter(property.Name, TypeOf(property.PropertyType))
            {
                Value = value switch
                {
                    null => DBNull.Value,
                    string text => StorableText.Of(text),
                    _ => value,
                },
            });
        }

        return command;
    }

    private static PropertyInfo[] Used(Type type, string sql)
    {
        var names = Names().Matches(sql).Select(m => m.Groups["name"].Value).ToHashSet(StringComparer.Ordinal);
        return Array.FindAll(type.GetProperties(), p => names.Contains(p.Name));
    }

    private static NpgsqlDbType TypeOf(Type type) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        var t when t == typeof(string) => NpgsqlDbType.Text,
        var t when t == typeof(long) => NpgsqlDbType.Bigint,
        var t when t == typeof(int) => NpgsqlDbType.Integer,
        var t when t == typeof(bool) => NpgsqlDbType.Boolean,
        var t when t == typeof(string[]) => NpgsqlDbType.Array | NpgsqlDbType.Text,
        var t when t == typeof(long[]) || t == typeof(long?[]) => NpgsqlDbType.Array | NpgsqlDbType.Bigint,
        var t => throw new NotSupportedException($"No parameter of the ledger is a {t}."),
    };

    [GeneratedRegex("@(?<name>[A-Za-z]+)")]
    private static partial Regex Names();

    private sealed record Entry(NpgsqlBatchCommand Command, int? Rows, Action<DbDataReader>? Read);
}
