using System.Data.Common;
using DbUp.Builder;

namespace DnC.Workflow.Runtime.Ledger;

/// <summary>What differs between databases. All else of the ledger is one SQL for all.</summary>
internal abstract class Dialect : IDisposable
{
    /// <summary>Where the ledger is, for messages. Never a password.</summary>
    public abstract string Describe { get; }

    /// <summary>How to name another place for a ledger, as a command's option.</summary>
    public abstract string Another { get; }

    /// <summary>What the migration scripts call by '$name$'.</summary>
    public abstract IReadOnlyDictionary<string, string> ScriptVariables { get; }

    /// <summary>What follows FROM in the search for the best ready stage 's' of its run 'r': one row or none, locked where claims can meet.</summary>
    public abstract string NextReady { get; }

    /// <summary>Ends a SELECT whose rows of the given table stay locked until the transaction ends.</summary>
    public abstract string LockRows(string table);

    /// <summary>Ends a SELECT whose rows of the given table may be read by others, and changed by none, until the transaction ends.</summary>
    public abstract string ShareRows(string table);

    /// <summary>As <see cref="ShareRows"/>, leaving out rows that others are changing.</summary>
    public abstract string ShareFreeRows(string table);

    /// <summary>The rest of a condition: one of the values of a list parameter.</summary>
    public abstract string In(string parameter);

    /// <summary>A transaction that may write.</summary>
    public abstract LedgerTransaction BeginWrite();

    /// <summary>A transaction that reads one consistent state and waits for no writer.</summary>
    public abstract LedgerTransaction BeginRead();

    /// <summary>The ledger's one clock, in milliseconds since 1970.</summary>
    public abstract long Now(LedgerTransaction transaction);

    /// <summary>The same clock within a statement: the parameter 'now', or an expression that needs none.</summary>
    public abstract string Clock { get; }

    /// <summary>The number of the event that this transaction appended last, within a statement: the parameter given, or an expression that needs none.</summary>
    public abstract string LastEvent(string parameter);

    /// <summary>For how many milliseconds the database has answered; null where nobody but this process could have missed it.</summary>
    public abstract long? Age(LedgerTransaction transaction);

    /// <summary>Takes the reconciler's lock until the transaction ends; false when another engine has it.</summary>
    public abstract bool TryLockPass(LedgerTransaction transaction);

    /// <summary>Until the transaction ends, no other claims of a run that has a limit: what is counted next stays so.</summary>
    public abstract void LockLimit(LedgerTransaction transaction, string run);

    /// <summary>Shuts out all others that would claim a stage of this key, until the transaction ends.</summary>
    public abstract void LockKey(LedgerTransaction transaction, string key);

    /// <summary>Numbers for stages to store, where the database gives them beforehand; known with the answer to the next statement.</summary>
    public abstract IReadOnlyList<long> NumberStages(LedgerTransaction transaction, int count);

    /// <summary>Stores a run's stages and edges, in the order given.</summary>
    /// <returns>The stages' numbers, ascending.</returns>
    public abstract IReadOnlyList<long> Insert(LedgerTransaction transaction, IReadOnlyList<NewStage> stages, IReadOnlyList<long> numbers);

    /// <summary>Returns when everything committed so far would survive a power cut.</summary>
    public abstract void MakeDurable();

    /// <summary>Whether the same transaction may succeed if tried again.</summary>
    public abstract bool IsTransient(DbException error);

    /// <summary>Whether the error means that nobody could reach the database for a while.</summary>
    public abstract bool IsAway(DbException error);

    /// <summary>Runs a body while no other program changes the schema, on a connection on which the schema can be read.</summary>
    public abstract void AloneWithSchema(Action<DbConnection> body);

    /// <summary>Whether the ledger's journal of scripts exists.</summary>
    public abstract bool HasJournal(DbConnection connection);

    /// <summary>DbUp on this database, its journal in the table given. Called within <see cref="AloneWithSchema"/>; disposes nothing.</summary>
    public abstract UpgradeEngineBuilder Deploy(DbConnection connection, string journal);

    /// <inheritdoc/>
    public abstract void Dispose();
}
