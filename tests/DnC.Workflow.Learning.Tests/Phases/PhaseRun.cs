using System.Globalization;
using System.Security.Cryptography;
using DnC.Workflow.Images.Formats;
using DnC.Workflow.Learning.Models;
using DnC.Workflow.Learning.Phases;
using DnC.Workflow.Learning.Weights;
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

    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, string> _outputs = new(StringComparer.Ordinal);
    private int _attempt;

    public PhaseRun(params string[] overrides)
        : this(RenderedSet.Folder, overrides)
    {
    }

    /// <param name="images">A folder of its own.</param>
    /// <param name="overrides">Settings of the spec, 'path=value'.</param>
    public PhaseRun(string images, string[] overrides)
    {
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
            Weights = Spec.Base.Weights is { } weights ? GivenWeightsDigest.Of(weights) : null,
        });
    }

    public RunSpec Spec { get; }

    public StageGraph Graph { get; }

    public Dictionary<string, StageResult> Results { get; } = new(StringComparer.Ordinal);

    /// <summary>Lines of the attempts' logs.</summary>
    public List<string> Log { get; } = [];

    /// <summary>What the last attempt said of its progress.</summary>
    public List<StageProgress> Reported { get; } = [];

    /// <summary>Images in a forward pass; null: as planned.</summary>
    public int? ForwardBatch { get; init; }

    /// <summary>Training steps that the attempt has done; passes over features do not count.</summary>
    public long Step { get; private set; }

    /// <summary>Runs the stage and all that it reads.</summary>
    public StageResult Run(string stage)
    {
        if (Results.TryGetValue(stage, out var there))
            return there;
        return Results[stage] = Attempt(stage, Checkpoints(), () => false, out _);
    }

    /// <summary>One attempt of a stage whose inputs have run; the last one's output is what later stages read.</summary>
    public StageResult Attempt(string stage, ICheckpoints checkpoints, Func<bool> stop, out string output, double checkpointSeconds = 3600)
    {
        var context = Context(stage, checkpoints, stop, checkpointSeconds);
        output = context.OutputFolder;
        Step = 0;
        Reported.Clear();
        var result = PhaseCatalog.All.Single(p => p.Kind == Graph[stage].Kind).Execute(context);
        _outputs[stage] = output;
        return result;
    }

    /// <summary>What an attempt of a stage is given; runs what it reads.</summary>
    public StageContext Context(string stage, ICheckpoints? checkpoints = null, Func<bool>? stop = null, double checkpointSeconds = 3600)
    {
        var node = Graph[stage];
        foreach (var parent in StageGraph.Parents(node).Where(p => !_outputs.ContainsKey(p) && !Skipped(p)))
            Run(parent);
        var folder = NewFolder();
        return new StageContext
        {
            Stage = stage,
            Settings = node.Settings,
            Options = node.Options with { Threads = 1, Device = "cpu", CheckpointSeconds = checkpointSeconds, ForwardBatch = ForwardBatch ?? node.Options.ForwardBatch },
            Data = Spec.Data,
            DataDigests = node.DataIndex,
            Inputs = node.Inputs.Where(i => !Skipped(i.From)).ToDictionary(i => i.Name, i => Path.Combine(_outputs[i.From], i.File), StringComparer.Ordinal),
            OutputFolder = Directory.CreateDirectory(Path.Combine(folder, "output")).FullName,
            MakeScratch = () => Directory.CreateDirectory(Path.Combine(folder, "scratch")).FullName,
            Checkpoints = checkpoints ?? Checkpoints(),
            Report = new Listener(this),
            StopRequested = stop ?? (() => false),
        };
    }

    /// <summary>Says that a stage has run and what it wrote, instead of running it.</summary>
    public void Provide(string stage, int? fanOut, params ReadOnlySpan<(string Name, Action<string> Write)> files)
    {
        var folder = NewFolder();
        foreach (var (name, write) in files)
            write(Path.Combine(folder, name));
        _outputs[stage] = folder;
        Results[stage] = StageResult.Of(new { }, fanOut);
    }

    /// <summary>Says that a stage wrote the untrained network of a seed.</summary>
    public void ProvideModel(string stage, ulong seed) => Provide(stage, null, (StageFiles.Model, path =>
    {
        using var encoder = new Encoder(Spec.Model, seed);
        ModelFile.Save(path, encoder);
    }));

    public FolderCheckpoints Checkpoints() => new(NewFolder());

    public IImageSource Train() => DataFolder.OpenTraining(Spec.Data.Path!);

    public string Output(string stage, string file) => Path.Combine(_outputs[stage], file);

    public string Digest(string stage, string file) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Output(stage, file))));

    public long Metric(string stage, string name) => Results[stage].Metrics.GetProperty(name).GetInt64();

    public void Dispose() => _folder.Dispose();

    private string NewFolder() => Directory.CreateDirectory(_folder.File(string.Create(CultureInfo.InvariantCulture, $"{_attempt++}"))).FullName;

    private bool Skipped(string stage) =>
        Graph[stage] is { FanOutOf: { } divider, Index: { } index } && Results.TryGetValue(divider, out var divided) && divided.FanOut <= index;

    private sealed class Listener(PhaseRun run) : IStageReport
    {
        public void Progress(StageProgress progress)
        {
            run.Step = progress.Phase is null ? progress.Step : 0;
            run.Reported.Add(progress);
        }

        public void Log(string line) => run.Log.Add(line);
    }
}
