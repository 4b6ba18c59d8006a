using System.Data;
using System.Data.Common;
using System.Text.Json;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Runtime.Ledger;

/// <summary>What a ledger needs beside its database.</summary>
public sealed record LedgerParts
{
    /// <summary>The ledger's one clock, where the database has none of its own.</summary>
    public required TimeProvider Clock { get; init; }

    /// <summary>Rung after every commit that made something ready.</summary>
    public required IDoorbell Doorbell { get; init; }

    /// <summary>A draw in [0, 1) that spreads retries.</summary>
    public required Func<double> Jitter { get; init; }

    /// <summary>Who has it open: what the history of runs says about whoever wanted something of them.</summary>
    public string Who { get; init; } = $"{Environment.UserName}@{Environment.MachineName}";

    /// <summary>Leases and passes.</summary>
    public LeaseSettings Lease { get; init; } = new();

    /// <summary>Told of every error of the database, of those too that are tried again; from any thread, and must be quick.</summary>
    public Action<DbException> Failed { get; init; } = _ => { };
}

/// <summary>The ledger in SQL: one verb a file, one transaction a method. Any thread may call it.</summary>
public sealed partial class SqlLedger : ILedger, IDisposable
{
    private const int Tries = 3;

    // Each steps over the rows of the others: more at once take longer, together too. [ours]
    private const int ClaimersAtOnce = 4;

    private readonly Dialect _dialect;
    private readonly LedgerParts _parts;
    private readonly LeaseWatch _watch;
    private readonly GroupCommit _groups;

    // Not disposed of, and without a wait handle there is nothing to: a claim that hangs while the ledger is closed still lets go of it.
    private readonly SemaphoreSlim _claimers = new(ClaimersAtOnce);

    internal SqlLedger(Dialect dialect, LedgerParts parts)
    {
        _dialect = dialect;
        _parts = parts;
        _watch = new LeaseWatch(parts.Lease);
        _groups = new GroupCommit(
            (body, committing) => Write(
                t =>
                {
                    body(t);
                    return true;
                },
                committing),
            dialect.IsTransient);
    }

    /// <inheritdoc/>
    public void Dispose() => _dialect.Dispose();

    // Retries what the database may grant a moment later. The body runs again from its beginning on a fresh transaction; a commit is never repeated.
    private T Write<T>(Func<LedgerTransaction, T> body, Action? beforeCommit = null)
    {
        for (var attempt = 1; ; attempt++)
        {
            var committing = false;
            try
            {
                T result;
                IReadOnlyDictionary<string, int> rings;
                bool fillsOutbox;
                using (var transaction = _dialect.BeginWrite())
                {
                    result = body(transaction);
                    transaction.Finish();
                    committing = true;
                    beforeCommit?.Invoke();
                    transaction.Commit();
                    if (transaction.Durable)
                        _dialect.MakeDurable();
                    (rings, fillsOutbox) = (transaction.TakeRings(), transaction.FillsOutbox);
                }

                Ring(rings);
                if (fillsOutbox)
                    Filled?.Invoke();
                return result;
            }
            catch (DbException error)
            {
                _parts.Failed(error);
                if (!_dialect.IsTransient(error))
                    throw;
                if (_dialect.IsAway(error))
                    _watch.SawAway();
                if (committing || attempt == Tries)
                    throw;
            }
        }
    }

    // As Write, for what takes its run's lock anyway and is written often by many threads.
    private T WriteTogether<T>(string run, Func<LedgerTransaction, T> body)
    {
        var (result, rings) = _groups.Run(run, body);

        // By the thread that asked: it may be about to claim of that class itself.
        Ring(rings);
        return result;
    }

    private T Read<T>(Func<LedgerTransaction, T> body)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                using var transaction = _dialect.BeginRead();
                return body(transaction);
            }
            catch (DbException error) when (_dialect.IsTransient(error))
            {
                if (_dialect.IsAway(error))
                    _watch.SawAway();
                if (attempt == Tries)
                    throw;
            }
            catch (Exception error) when (error is DataException or JsonException or InvalidDataException)
            {
                throw new UserInputException(
                    $"The ledger '{_dialect.Describe}' holds a row that this program has not written: {ErrorLine.Of(error)} Mend the row, or bring the ledger back from a copy.", error);
            }
        }
    }

    private void Ring(IReadOnlyDictionary<string, int> rings)
    {
        foreach (var (resource, times) in rings)
        {
            for (var i = 0; i < times; i++)
                _parts.Doorbell.Ring(resource);
        }
    }

    private static RunRow LockKnownRun(LedgerTransaction transaction, string run) => transaction.FindRun(run)
        ?? throw new UserInputException($"There is no run '{run}' in {transaction.Dialect.Describe}; 'dnc runs' lists those there are.");

    // The stage under its run's lock if the ticket is the current one; null otherwise, and then nothing may change.
    private static StageRow? Fenced(LedgerTransaction transaction, ClaimTicket ticket)
    {
        transaction.LockRunFirst(ticket.Run);
        return transaction.FindStage(ticket.Run, ticket.Stage) is { State: StageState.Running } stage && stage.Fence == ticket.Fence ? stage : null;
    }

    private static string ToJson<T>(T value) => JsonSerializer.Serialize(value, SpecJson.Options);

    private static T FromJson<T>(string json) => JsonSerializer.Deserialize<T>(json, SpecJson.Options)
        ?? throw new InvalidDataException($"The ledger holds 'null' where a {typeof(T).Name} belongs.");
}
