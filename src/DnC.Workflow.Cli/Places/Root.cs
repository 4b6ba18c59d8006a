using DnC.Workflow.Runtime.Artifacts;
using DnC.Workflow.Runtime.Hosting;
using DnC.Workflow.Runtime.Ledger;
using DnC.Workflow.Runtime.Submit;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Cli.Places;

/// <summary>The folder that holds ledger, artifacts and work areas ('--root'); a command that runs stages brings the engine.</summary>
/// <param name="path">Absolute.</param>
internal sealed class Root(string path) : Place(path)
{
    /// <summary>The ledger's file.</summary>
    public string LedgerFile => System.IO.Path.Combine(Path, "ledger.db");

    public override string Where => $"in {Path}";

    public override IReadOnlyList<string> Arguments => ["--root", Path];

    public override bool HasLedger => System.IO.Path.Exists(LedgerFile);

    public override RootHolder? Holder => RootLock.Holder(Path);

    public override bool IsUnserved
    {
        get
        {
            try
            {
                return Holder is null;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Another's root, for reading alone: who runs it cannot be asked.
                return false;
            }
        }
    }

    public override T Read<T>(Func<RunService, T> read)
    {
        RequireLedger();
        using var ledger = SqlLedger.OpenReadOnly(LedgerFile, TimeProvider.System);
        return read(new RunService(ledger));
    }

    public override T Write<T>(Func<RunService, T> write)
    {
        RequireLedger();
        using var ledger = Composition.OpenLedger(this, new SilentDoorbell());
        return write(new RunService(ledger, Composition.Versions));
    }

    public override T WithLedger<T>(Func<SqlLedger, T> use)
    {
        RequireLedger();
        using var ledger = Composition.OpenLedger(this, new SilentDoorbell());
        return use(ledger);
    }

    public override IReadOnlyList<WorkerView>? Workers() => null;

    public override IArtifactStore OpenStore(bool toDelete = false) => new FolderStore(EmbeddedEngine.ArtifactFolder(Path));

    public override string? Find(ArtifactFile file) => ArtifactStores.Locate(EmbeddedEngine.ArtifactFolder(Path), file);

    public override int Follow(StageGraph graph, FollowRequest show, Func<RunService, string> begin) => show.Detach
        ? throw new UserInputException("--detach needs workers that run the stages: give their database with --postgres CONN.")
        : EngineSession.Run(this, graph, show, begin);

    public override void Dispose()
    {
    }

    private string OfItsServer() => Directory.Exists(System.IO.Path.Combine(Path, "postgres"))
        ? " It has a private PostgreSQL, whose runs are seen with --postgres managed."
        : "";

    // To who may not look into a folder, nothing in it exists.
    private void RequireAccess()
    {
        try
        {
            File.GetAttributes(LedgerFile);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new UserInputException($"The root '{Path}' cannot be read: {e.Message} Give this user the right to, or name another with --root DIR.", e);
        }
        catch (IOException)
        {
            // It is not there.
        }
    }

    private void RequireLedger()
    {
        if (HasLedger)
            return;
        if (File.Exists(Path))
            throw new UserInputException($"The root '{Path}' is a file; expected a folder: --root DIR.");
        RequireAccess();
        throw new UserInputException($"There is no run in '{Path}' yet. 'dnc run SPEC' or 'dnc demo' starts one; --root DIR names another folder.{OfItsServer()}");
    }
}
