using System.Text.Json;
using DnC.Workflow.Runtime.Artifacts;
using DnC.Workflow.Runtime.Execute;
using DnC.Workflow.Runtime.Execute.Tracking;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Ports;
using DnC.Workflow.Stages.Spec;
using Microsoft.Extensions.Time.Testing;

namespace DnC.Workflow.Runtime.Tests.Execute;

/// <summary>A runner over a scripted ledger, real folders and a clock of its own.</summary>
public sealed class RunnerFixture : IDisposable
{
    public TestFolder Folder { get; } = new();

    public ScriptedLedger Ledger { get; } = new();

    public FakeTimeProvider Time { get; } = new();

    public StopSignal Stop { get; } = new();

    public List<AttemptPoint> Points { get; } = [];

    public IArtifactStore Store { get; init; }

    public string Work => Folder.At("work");

    public bool SealLogs { get; set; }

    public string? TensorBoard { get; set; }

    public MlflowServer? Mlflow { get; set; }

    public WorkerHealth? Health { get; set; }

    public DataSight? Sight { get; set; }

    public List<string> Ends { get; } = [];

    private Heartbeats Heartbeats { get; }

    public RunnerFixture()
    {
        Store = new FolderStore(Folder.At("artifacts"));
        Heartbeats = new Heartbeats(Ledger, new LeaseSettings(), Time, (_, _) => { });
    }

    public void Run(StageClaim claim, Func<StageContext, StageResult> body) => Run(claim, new InProcessHost([new LambdaBody(body)]));

    public void Run(StageClaim claim, IStageHost host) => new StageRunner(new StageRunnerParts
    {
        Ledger = Ledger,
        Store = Store,
        Host = host,
        Heartbeats = Heartbeats,
        Write = new PersistentWrite(new ImpatientTime(), new LeaseSettings(), (_, _) => { }),
        Time = Time,
        WorkRoot = Work,
        Threads = _ => 3,
        SealLogs = SealLogs,
        Sight = Sight,
        Health = Health,
        TensorBoard = TensorBoard,
        Mlflow = Mlflow,
        Ended = (_, how) => Ends.Add(how),
        Passed = (point, _) => Points.Add(point),
    }).Run(claim, Stop);

    public static StageClaim Claim(
        int attempt = 1, int generation = 1, CheckpointRef? resume = null, StageOptions? options = null, Dictionary<string, ArtifactFile>? inputs = null) => new()
    {
        Ticket = new ClaimTicket("run", "base", attempt),
        Node = new StageNode
        {
            Name = "base",
            Kind = "lambda",
            Resource = "cpu",
            Settings = JsonSerializer.SerializeToElement(new { }),
            Options = options ?? new StageOptions(),
        },
        Generation = generation,
        Attempt = attempt,
        Key = "key",
        Inputs = inputs ?? [],
        Resume = resume,
        Data = new DataSpec(),
    };

    /// <summary>Writes a checkpoint of one file and commits it.</summary>
    public static string Save(StageContext context, long step)
    {
        var folder = context.Checkpoints.Begin(step);
        File.WriteAllText(Path.Combine(folder, "state"), $"{step}");
        context.Checkpoints.Commit(folder, step);
        return folder;
    }

    public void Dispose()
    {
        Heartbeats.Dispose();
        Folder.Dispose();
    }
}
