using DnC.Workflow.Runtime.Ledger;
using DnC.Workflow.Runtime.Submit;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Cli;

/// <summary>The folder that holds ledger, artifacts and work areas ('--root').</summary>
/// <param name="Path">Absolute.</param>
public sealed record Root(string Path)
{
    /// <summary>The ledger's file.</summary>
    public string LedgerFile => System.IO.Path.Combine(Path, "ledger.db");

    /// <summary>Reads beside whatever engine is running.</summary>
    /// <exception cref="UserInputException">There is no ledger here, or a newer one.</exception>
    public T Read<T>(Func<RunService, T> read)
    {
        RequireLedger();
        using var ledger = SqlLedger.OpenReadOnly(LedgerFile, TimeProvider.System);
        return read(new RunService(ledger));
    }

    /// <summary>Writes a wish beside whatever engine is running; that engine finds it at its next pass or heartbeat.</summary>
    /// <exception cref="UserInputException">There is no ledger here, or a newer one.</exception>
    public T Write<T>(Func<RunService, T> write)
    {
        RequireLedger();
        using var ledger = Composition.OpenLedger(this, new SilentDoorbell());
        return write(new RunService(ledger));
    }

    /// <summary>Whether anything was ever run here.</summary>
    public bool HasLedger => System.IO.Path.Exists(LedgerFile);

    private void RequireLedger()
    {
        if (!HasLedger)
            throw new UserInputException($"There is no run in '{Path}' yet. 'dnc run SPEC' or 'dnc demo' starts one; --root DIR names another folder.");
    }
}
