using DnC.Workflow.Runtime.Hosting;
using DnC.Workflow.Runtime.Ledger;
using DnC.Workflow.Runtime.Submit;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Cli.Places;

/// <summary>Where runs are: a root folder of one's own, or a PostgreSQL that many share.</summary>
/// <param name="path">The root folder, absolute.</param>
internal abstract class Place(string path) : IDisposable
{
    /// <summary>The root folder: of a shared place only what is this machine's own.</summary>
    public string Path => path;

    /// <summary>For messages, without secrets: 'in DIR', 'on PostgreSQL db.example/dnc'.</summary>
    public abstract string Where { get; }

    /// <summary>The options that name this place on a command line, without secrets.</summary>
    public abstract IReadOnlyList<string> Arguments { get; }

    /// <summary>A command on a run of this place, as a person would type it.</summary>
    public virtual string Command(string verb, string run) => CommandLine.Of([verb, run, .. Arguments]);

    /// <summary>Whether anything was ever run here.</summary>
    public abstract bool HasLedger { get; }

    /// <summary>The process whose engine has the root, if this place is one and there is such a process.</summary>
    public abstract RootHolder? Holder { get; }

    /// <summary>
    /// Whether what is to run here runs only while a command brings an engine, and none does. Asked before a run is read: the last engine
    /// may leave in between, but not without having told the ledger how the run stands.
    /// </summary>
    public abstract bool IsUnserved { get; }

    /// <summary>Reads beside whatever engines are running.</summary>
    /// <exception cref="UserInputException">There is no ledger here, or a newer one.</exception>
    public abstract T Read<T>(Func<RunService, T> read);

    /// <summary>Writes a wish beside whatever engines are running, who find it at their next pass or heartbeat.</summary>
    /// <exception cref="UserInputException">There is no ledger here, or a newer one.</exception>
    public abstract T Write<T>(Func<RunService, T> write);

    /// <summary>Does what a run's service has no word for.</summary>
    /// <exception cref="UserInputException">There is no ledger here, or a newer one.</exception>
    public abstract T WithLedger<T>(Func<SqlLedger, T> use);

    /// <summary>Those who serve this place's classes; null where a command brings its own engine.</summary>
    public abstract IReadOnlyList<WorkerView>? Workers();

    /// <summary>The artifacts of its runs; disposable where they are behind connections.</summary>
    /// <param name="toDelete">Whether something shall be deleted there: then they have to be known for this ledger's.</param>
    /// <exception cref="UserInputException">They cannot be used.</exception>
    public abstract IArtifactStore OpenStore(bool toDelete = false);

    /// <summary>Path or address of an artifact's file; null where it is not, or where nobody has said here where the artifacts are.</summary>
    public abstract string? Find(ArtifactFile file);

    /// <summary>Makes something of a run happen, and follows that run to its end.</summary>
    /// <param name="graph">The run's.</param>
    /// <param name="show">What to say, and where.</param>
    /// <param name="begin">Starts or changes the run, and answers its id.</param>
    /// <returns>An exit code.</returns>
    public abstract int Follow(StageGraph graph, FollowRequest show, Func<RunService, string> begin);

    /// <inheritdoc/>
    public abstract void Dispose();
}

/// <summary>How a run is followed.</summary>
/// <param name="Terminals">Where to.</param>
/// <param name="CommandLine">How to go on later.</param>
/// <param name="Detach">Whether to leave once the run is on its way; only where others have the engines.</param>
internal sealed record FollowRequest(Terminals Terminals, string CommandLine, bool Detach = false);
