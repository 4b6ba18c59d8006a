using System.Globalization;
using System.Security.Cryptography;
using DnC.Workflow.Images.Demo;
using DnC.Workflow.Images.Formats;
using DnC.Workflow.Learning.Phases;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Keys;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Learning.Tests.Phases;

/// <summary>A whole run of the real phases in this process, stage after stage, on a small rendered set: what the ledger would do, without it.</summary>
internal sealed class PhaseRun : IDisposable
{
    private const string Tiny = """
        {
          "model": { "backbone": "narrow", "stem": "small", "width": 8, "side": 32, "projectorHidden": 32, "projection": 16, "augmentation": "small" },
          "base": { "epochs": 2, "batch": 32, "temperature": 0.2, "optimizer": "sgd", "learningRate": 0.3, "warmupEpochs": 1 },
          "cluster": { "k": 3 },
          "experts": { "epochs": 2, "batch": 32, "temperature": 0.2, "optimizer": "lars", "learningRate": 0.3, "warmupEpochs": 0 },
          "distill": { "epochs": 2, "batch": 32, "optimizer": "adamw", "learningRate": 0.01, "warmupEpochs": 0, "regressorHidden": 32 },
          "evaluate": { "linearEpochs": 5, "linearBatch": 64, "linearRates": [0.4] }
        }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("dnc-phases-").FullName;
    private readonly Dictionary<string, string> _outputs = new(StringComparer.Ordinal);
    private int _attempt;

    public PhaseRun(params string[] overrides)
    {
        var images = Path.Combine(_folder, "images");
        DemoSet.Ensure(images, new DemoOptions(Pretrain: 240, Probe: 200, Test: 200), threads: 2);
        Spec = SpecReader.Read(Tiny, "tiny", overrides: overrides);
        Spec = Spec with { Data = Spec.Data with { Path = images } };
        using var parts = DataFolder.Open(images, null, null, null);
        Graph = Planner.Plan(Spec, new DataFacts
        {
            TrainImages = parts.Train.Count,
            ProbeImages = parts.Probe!.Count,
            TestImages = parts.Test!.Count,
            HasLabels = true,
            Digests = parts.Digests,
        });
    }

    public RunSpec Spec { get; }

    public StageGraph Graph { get; }

    public Dictionary<string, StageResult> Results { get; } = new(StringComparer.Ordinal);

    /// <summary>Runs the stage and all that it reads.</summary>
    public StageResult Run(string stage)
    {
        if (Results.TryGetValue(stage, out var there))
            return there;
        foreach (var parent in StageGraph.Parents(Graph[stage]))
            Run(parent);
        return Results[stage] = Attempt(stage, new FolderCheckpoints(_folder), () => false, out _);
    }

    /// <summary>One attempt of a stage whose inputs have run; the last one's output is what later stages read.</summary>
    public StageResult Attempt(string stage, FolderCheckpoints checkpoints, Func<bool> stop, out string output, double checkpointSeconds = 3600)
    {
        var node = Graph[stage];
        foreach (var parent in StageGraph.Parents(node))
            Run(parent);
        var folder = Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"attempt-{_attempt++}"));
        output = Directory.CreateDirectory(Path.Combine(folder, "output")).FullName;
        Step = 0;
        var result = PhaseCatalog.All.Single(p => p.Kind == node.Kind).Execute(new StageContext
        {
            Stage = stage,
            Settings = node.Settings,
            Options = node.Options with { Threads = 1, Device = "cpu", CheckpointSeconds = checkpointSeconds },
            Data = Spec.Data,
            DataDigests = node.DataIndex,
            Inputs = node.Inputs.Where(i => !Skipped(i.From)).ToDictionary(i => i.Name, i => Path.Combine(_outputs[i.From], i.File), StringComparer.Ordinal),
            OutputFolder = output,
            ScratchFolder = Directory.CreateDirectory(Path.Combine(folder, "scratch")).FullName,
            Checkpoints = checkpoints,
            Report = new LastStep(this),
            StopRequested = stop,
        });
        _outputs[stage] = output;
        return result;
    }

    public string Output(string stage, string file) => Path.Combine(_outputs[stage], file);

    public string Digest(string stage, string file) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Output(stage, file))));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private bool Skipped(string stage) => Graph[stage] is { FanOutOf: { } divider, Index: { } index } && Results[divider].FanOut <= index;

    /// <summary>Training steps that the attempt has done; passes over features do not count.</summary>
    public long Step { get; private set; }

    private sealed class LastStep(PhaseRun run) : IStageReport
    {
        public void Progress(StageProgress progress) => run.Step = progress.Phase is null ? progress.Step : 0;

        public void Log(string line)
        {
        }
    }
}

/// <summary>Checkpoints in a folder, committed at once.</summary>
internal sealed class FolderCheckpoints(string folder) : ICheckpoints
{
    private int _count;

    public string? ResumeFolder { get; set; }

    public List<long> Committed { get; } = [];

    public string Begin(long step) =>
        Directory.CreateDirectory(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"checkpoint-{GetHashCode():x}-{_count++}-{step}"))).FullName;

    public void Commit(string folder, long step)
    {
        ResumeFolder = folder;
        Committed.Add(step);
    }
}
