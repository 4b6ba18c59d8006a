using System.Data.Common;

namespace DnC.Workflow.Runtime.Ledger;

/// <summary>What differs between databases. All else of the ledger is one SQL for all.</summary>
internal abstract class Dialect : IDisposable
{
    /// <summary>Column definition of a key that numbers itself, ascending.</summary>
    public abstract string Identity { get; }

    /// <summary>Ends a SELECT whose rows stay locked until the transaction ends.</summary>
    public abstract string LockRows { get; }

    /// <summary>Ends a SELECT that locks what it finds and passes over what others have locked.</summary>
    public abstract string SkipLocked { get; }

    /// <summary>Where the ledger is, for messages.</summary>
    public abstract string Describe { get; }

    /// <summary>A transaction that may write.</summary>
    public abstract LedgerTransaction BeginWrite();

    /// <summary>A transaction that reads one consistent state and waits for no writer.</summary>
    public abstract LedgerTransaction BeginRead();

    /// <summary>The ledger's one clock, in milliseconds since 1970.</summary>
    public abstract long Now(DbConnection connection, DbTransaction transaction);

    /// <summary>Takes the reconciler's lock until the transaction ends; false when another engine has it.</summary>
    public abstract bool TryLockPass(LedgerTransaction transaction);

    /// <summary>Returns when everything committed so far would survive a power cut.</summary>
    public abstract void MakeDurable();

    /// <summary>Whether the same statement may succeed if tried again.</summary>
    public abstract bool IsTransient(DbException error);

    /// <inheritdoc/>
    public abstract void Dispose();
}
