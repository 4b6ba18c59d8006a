using System.Text.Json;
using DnC.Workflow.Images.Demo;
using DnC.Workflow.Learning.Clustering;
using DnC.Workflow.Cli.Reports;
using DnC.Workflow.Images.Formats;
using DnC.Workflow.Images.Loading;
using DnC.Workflow.Learning.Training;
using DnC.Workflow.Report.Facts;
using DnC.Workflow.Report.Reading;
using DnC.Workflow.Runtime.Artifacts;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Keys;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Ports;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Report.Tests;

/// <summary>A run as ledger and store would have it, of any size and in any state, without training anything.</summary>
internal sealed class SampleRun
{
    private static readonly DateTimeOffset Begun = new(2026, 11, 30, 8, 0, 0, TimeSpan.Zero);
    private readonly string _folder;
    private readonly IArtifactStore _store;
    private readonly DataIndex _index;

    /// <param name="folder">For data and artifacts.</param>
    /// <param name="clusters">How many.</param>
    /// <param name="images">Rendered images.</param>
    /// <param name="store">Where its artifacts lie; null: in a folder.</param>
    public SampleRun(string folder, int clusters, int images = 300, IArtifactStore? store = null)
    {
        (_folder, Clusters) = (folder, clusters);
        var data = Path.Combine(folder, "data");
        DemoSet.Ensure(data, new DemoOptions(images, 100, 100), threads: 2);
        var spec = new RunSpec { Name = "sample", Cluster = new ClusterSpec { K = clusters }, Model = new ModelSpec { Backbone = "narrow", Width = 8, Side = 32 }, Evaluate = new EvaluateSpec { Compare = ["equal-length"] } };
        _index = DataIndex.Of(spec with { Base = spec.Base with { Batch = 8 }, Distill = spec.Distill with { Batch = 8 } }, data, verify: false);
        _store = store ?? new FolderStore(Path.Combine(folder, "artifacts"));
    }

    public int Clusters { get; }

    /// <summary>Points of each curve.</summary>
    public int Points { get; init; } = 200;

    /// <summary>Whether its networks have a file, which no reader but a test's own can read.</summary>
    public bool HasWeights { get; init; }

    /// <summary>The name that people gave it.</summary>
    public string Name { get; init; } = "sample";

    /// <summary>The state of a stage; the others succeeded.</summary>
    public Func<string, StageState> StateOf { get; init; } = _ => StageState.Succeeded;

    /// <summary>Why a stage failed.</summary>
    public string Error { get; init; } = "The loss is NaN at step 3 (learning rate 0.1).";

    /// <summary>Whether its evaluation has a result.</summary>
    public bool IsMeasured { get; init; } = true;

    /// <summary>The record that a report would be made of.</summary>
    public RunFacts Facts() => FactsReader.Read(Reading());

    public RunReading Reading()
    {
        var graph = Planner.Plan(_index.Spec, _index.Facts);
        var stages = graph.Stages.Select((node, i) => Stage(node, i)).ToList();
        var state = stages.Any(s => s.State == StageState.Failed) ? RunState.Failed : stages.Any(s => s.State == StageState.Running) ? RunState.Running : RunState.Succeeded;
        var view = new RunView(new RunSummary("5a3b1e00", Name, state, "identity", Begun, state == RunState.Running ? null : Begun.AddHours(3)), JsonSerializer.Serialize(_index.Spec, SpecJson.Options), stages) { Data = _index.Spec.Data };
        return new RunReading
        {
            View = view,
            Attempts = [.. stages.SelectMany((s, i) => Attempts(s, i))],
            Wishes = [new RunEvent(0, Begun.AddMinutes(5), RunWishEvent.Paused, "ann@lab", null), new RunEvent(0, Begun.AddMinutes(9), RunWishEvent.Unpaused, "ann@lab", null)],
            Measured = IsMeasured ? Measured() : new MeasuredFacts([], [], [], [], null),
            Store = _store,
            Features = new RunFeatures(),
            Model = stages.Any(s => s.Node.Name == "distill" && s.State.IsSatisfied()) ? "/artifacts/model.safetensors" : null,
            Program = "0.1.0",
            Versions = new Dictionary<string, int> { ["base"] = 1, ["expert"] = 2 },
            Seen = Begun.AddHours(3),
        };
    }

    private StageView Stage(StageNode node, int index)
    {
        var state = StateOf(node.Name);
        var done = state is StageState.Succeeded or StageState.Reused;
        return new StageView
        {
            Node = node,
            State = state,
            Generation = 1,
            Attempts = done ? 1 : 0,
            Since = Begun.AddMinutes(index),
            Error = state == StageState.Failed ? Error : null,
            ReusedFrom = state == StageState.Reused ? "0badcafe/" + node.Name : null,
            Progress = state == StageState.Running ? new StageProgress(30, 120) : null,
            Metrics = done ? Metrics(node) : null,
            Output = done ? Output(node, index) : null,
            Checkpoint = state == StageState.Running && node.Kind is "base" or "expert" or "distill" ? Checkpoint(index) : null,
        };
    }

    private JsonElement Metrics(StageNode node) => JsonSerializer.SerializeToElement(new
    {
        members = node.Kind == "base" ? (int?)_index.Facts.TrainImages : null,
        images = 1000,
        loss = 1.25,
        flops = 1.5e13,
        sizes = node.Kind == "cluster" ? Sizes() : null,
        provenance = new { device = "cpu", threads = 2, precision = "bf16" },
    });

    private int[] Sizes() => [.. Enumerable.Range(0, Clusters).Select(c => Members(c).Count())];

    private IEnumerable<int> Members(int cluster) => Enumerable.Range(0, (int)_index.Facts.TrainImages).Where(i => i % Clusters == cluster);

    private Artifact? Output(StageNode node, int index)
    {
        var made = Directory.CreateDirectory(Path.Combine(_folder, $"made-{index}")).FullName;
        using var parts = DataFolder.Open(_index.Spec.Data.Path!);
        var images = parts.Train;
        switch (node.Kind)
        {
            case "base" or "expert" or "distill":
                WriteCurve(Path.Combine(made, StageFiles.Curve), index);
                if (HasWeights)
                    File.WriteAllText(Path.Combine(made, StageFiles.Model), "weights");
                break;
            case "embed":
                FeatureMatrix.Write(Path.Combine(made, StageFiles.Embedding), 16, Embedding());
                File.WriteAllLines(Path.Combine(made, StageFiles.EmbeddedImages), Enumerable.Range(0, images.Count).Select(i => $"{images.Id(i)}\t{images.Stamp(i)}"));
                break;
            case "cluster":
                File.WriteAllLines(Path.Combine(made, StageFiles.Assignments), Enumerable.Range(0, images.Count).Select(i => $"{images.Id(i)}\t{images.Stamp(i)}\t{i % Clusters}"));
                break;
            default:
                File.WriteAllText(Path.Combine(made, "nothing.txt"), "");
                break;
        }

        return _store.Seal(made, $"5a3b1e00/{index}.1-1");
    }

    // As a training leaves it: Learning's own writer.
    private CheckpointRef Checkpoint(int index)
    {
        var made = Directory.CreateDirectory(Path.Combine(_folder, $"checkpoint-{index}")).FullName;
        using var weights = TorchSharp.torch.ones(3);
        var state = new TrainingState(new Dictionary<string, TorchSharp.torch.Tensor> { ["weights"] = weights }) { Step = 30 };
        state.Curve.AddRange(Enumerable.Range(1, 30).Select(i => Point(i, index)));
        state.Save(made);
        var sealed_ = _store.Seal(made, $"5a3b1e00/{index}.1-1.30");
        return new CheckpointRef(sealed_.Location, 30);
    }

    private float[] Embedding()
    {
        var draw = new DerivedRandom(11);
        var centres = Enumerable.Range(0, Clusters).Select(_ => Row(1)).ToList();
        return [.. Enumerable.Range(0, (int)_index.Facts.TrainImages).SelectMany(i => centres[i % Clusters].Zip(Row(0.3f), (c, d) => c + d))];

        float[] Row(float scale) => [.. Enumerable.Range(0, 16).Select(_ => scale * (float)((2 * draw.NextUnit()) - 1))];
    }

    private void WriteCurve(string path, int index)
    {
        using var text = new StreamWriter(path);
        for (var i = 1; i <= Points; i++)
            text.WriteLine(JsonSerializer.Serialize(Point(i, index), SpecJson.Options));
    }

    private CurvePoint Point(int i, int index) =>
        new(i, (double)i / Points, 1 + (4 / (1 + (0.02 * i))) + (0.1 * Math.Sin(i + index)), 0.5 * (Points - i) / Points, 900 + (20 * Math.Sin(i * 0.1))) { GradientNorm = i % 10 == 0 ? 2 + Math.Cos(i) : null };

    private static IEnumerable<AttemptView> Attempts(StageView stage, int index)
    {
        if (stage.State is StageState.Waiting or StageState.Ready or StageState.Reused or StageState.Skipped)
            yield break;
        var start = Begun.AddSeconds(40 * index);
        if (index % 7 == 3)
        {
            yield return new AttemptView(stage.Node.Name, 1, 1, "host-a:1", start, start.AddSeconds(25), StageEvent.Released, null, new StageProgress(40, 120), "the machine is wanted");
            start = start.AddSeconds(30);
        }

        yield return new AttemptView(
            stage.Node.Name, 1, index % 7 == 3 ? 2 : 1, $"host-{(char)('a' + (index % 3))}:1", start, stage.State == StageState.Running ? null : start.AddSeconds(90),
            stage.State switch { StageState.Failed => StageEvent.GaveUp, StageState.Running => null, _ => StageEvent.Completed }, index % 7 == 3 ? 40 : null, null, stage.Error);
    }

    private MeasuredFacts Measured()
    {
        EvaluationRow[] whole =
        [
            new("chance", null, 1000, 1, null, 1, null), new("base", null, 1000, 27.1, 1.4, 33.7, 1.5), new("dnc", null, 1000, 30.8, 1.5, 37.4, 1.5), new("equal-length", null, 1000, 44.3, 1.6, 54.6, 1.6),
        ];
        var own = Enumerable.Range(0, Clusters).SelectMany(c => new[] { new EvaluationRow($"expert[{c}]", $"cluster {c}", 120, 40 + c, 3, 45 + (c * 0.1), 3), new EvaluationRow("base", $"cluster {c}", 120, 38, 3, 41, 3) });
        return new MeasuredFacts([.. whole, .. own], [], [new ClusterMetrics(1000, Clusters, 0.41, 0.52, null, null)], ["Measured at equal length: more base training was the better use of the time."], null);
    }
}
