using System.Text.Json;
using DnC.Workflow.Images.Augmentation;
using DnC.Workflow.Images.Formats;
using DnC.Workflow.Images.Loading;
using DnC.Workflow.Learning.Tests.Phases;
using DnC.Workflow.Learning.Training;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Spec;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Tests.Training;

/// <summary>The training loop around a step without a network: the loss of a step is a function of it, and one tensor counts the steps.</summary>
internal sealed class LoopRun : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly IImageSource _source = DataFolder.OpenTraining(RenderedSet.Folder);
    private readonly DisposeScope _scope = NewDisposeScope();

    public LoopRun()
    {
        Count = tensor(0L);
        Checkpoints = new FolderCheckpoints(_folder.Path);
    }

    public Tensor Count { get; private set; }

    public FolderCheckpoints Checkpoints { get; }

    /// <summary>Whether the attempt is to stop, whatever its step.</summary>
    public bool Stopping { get; set; }

    public List<StageProgress> Progress { get; } = [];

    public List<string> Log { get; } = [];

    public List<StageMetrics> Metrics { get; } = [];

    public static double Loss(long step) => 1 + Math.Sin(step);

    public static double Rate(long step) => 1.0 / (1 + step);

    /// <summary>An attempt; its state at the end.</summary>
    public TrainingState Run(long steps, double checkpointSeconds = 3600, long stopAt = -1, long nanAt = -1)
    {
        Count = tensor(0L);
        var state = new TrainingState(new Dictionary<string, Tensor> { ["count"] = Count });
        var set = new ImageSet(_source, [0, 1, 2, 3, 4, 5, 6, 7], new ImageSetOptions(16));
        var batches = new TwoViewBatches(set, ViewRecipe.Small, 16, batch: 2, seed: 1, threads: 1, ahead: 2);
        var context = new StageContext
        {
            Stage = "loop",
            Settings = JsonSerializer.SerializeToElement(new { }),
            Options = new StageOptions { CheckpointSeconds = checkpointSeconds },
            Data = new DataSpec(),
            DataDigests = new Dictionary<string, string>(),
            Inputs = new Dictionary<string, string>(),
            OutputFolder = _folder.Path,
            MakeScratch = () => _folder.Path,
            Checkpoints = Checkpoints,
            Report = new Listener(this),
            StopRequested = () => Stopping || state.Step == stopAt,
        };
        TrainingLoop.Run(context, new TrainingRecipe(steps, batches.StepsPerEpoch, Rate, batches.From, Step), state, set);
        return state;

        Tensor Step(ViewBatch batch, long step, double rate)
        {
            Assert.Equal((step, Rate(step)), (batch.Step, rate));
            using (var more = tensor(1L))
                Count.copy_(Count + more);
            return tensor((float)(step == nanAt ? double.NaN : Loss(step)));
        }
    }

    public void Dispose()
    {
        _scope.Dispose();
        _source.Dispose();
        _folder.Dispose();
    }

    private sealed class Listener(LoopRun run) : IStageReport
    {
        public void Progress(StageProgress progress) => run.Progress.Add(progress);

        public void Log(string line) => run.Log.Add(line);

        public void Metrics(StageMetrics point) => run.Metrics.Add(point);
    }
}
