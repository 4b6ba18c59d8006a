using System.Globalization;
using System.Text.Json;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Keys;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Stages.Plan;

/// <summary>A graph as the planner draws it: the phases of each round.</summary>
internal sealed partial class GraphDrawing(RunSpec spec, DataFacts facts)
{
    private readonly bool _equalLength = facts.HasLabels && spec.Evaluate.Compare.Contains("equal-length");

    // Rivals with experts of their own, which can all be trained at the same time.
    private readonly int _divisions = facts.HasLabels ? spec.Evaluate.Compare.Count(c => c is "random-partitions" or "full-set-experts") : 0;
    private readonly Dictionary<string, string> _train = new(StringComparer.Ordinal) { ["train"] = facts.Digests["train"] };
    private readonly Dictionary<string, string> _trainIndex = new(StringComparer.Ordinal) { ["train"] = facts.Index["train"] };

    public StageGraph Graph { get; } = new();

    private int Beside(int stages) => stages + (_equalLength ? 1 : 0) + (spec.Evaluate.WorthIt ? 1 : 0);

    public string AddBase()
    {
        Graph.Add((facts.Weights is { } weights ? Given(weights) : Training("base", "base", spec.Base, Epochs(spec.Base, 200), "scratch", Beside(1))) with { Data = _train, DataIndex = _trainIndex });
        if (_equalLength)
        {
            var rounds = spec.Rounds * (Epochs(spec.Experts, 600) + Epochs(spec.Distill, 200));
            Graph.Add(Training("equal-length", "base", spec.Base, Epochs(spec.Base, 200) + rounds, "scratch", 2) with { Data = _train, DataIndex = _trainIndex });
        }

        if (spec.Evaluate.WorthIt)
        {
            var third = spec.Base with { WarmupEpochs = spec.Base.WarmupEpochs / 3 };
            Graph.Add(Training(Third, "base", third, Epochs(spec.Base, 200) / 3, "scratch", Beside(1)) with { Data = _train, DataIndex = _trainIndex });
        }

        return "base";
    }

    public string AddRound(int round, string baseModel)
    {
        var suffix = Planner.Suffix(round);
        string embed = "embed" + suffix, cluster = "cluster" + suffix, distill = Planner.FinalStage(round);
        var sampled = facts.TrainImages > spec.Embed.Sample;
        var baseInput = new StageInput("base", baseModel, StageFiles.Model);

        Graph.Add(new StageNode
        {
            Name = embed,
            Kind = "embed",
            Resource = spec.Embed.Resource,
            Settings = Settings(new EmbedSettings(spec.Seed, spec.Model, spec.Embed, spec.Data.BadImageShare)),
            Options = Options(spec.Embed, Beside(1)) with { ForwardBatch = spec.Embed.Batch },
            Inputs = [baseInput],
            Data = _train,
            DataIndex = _trainIndex,
            Images = Math.Min(facts.TrainImages, spec.Embed.Sample),
        });
        Graph.Add(new StageNode
        {
            Name = cluster,
            Kind = "cluster",
            Resource = spec.Cluster.Resource,
            Settings = Settings(new ClusterSettings(spec.Seed, spec.Model, spec.Embed.Layer, spec.Cluster, spec.Data.BadImageShare)),
            Options = Options(spec.Cluster, Beside(1)) with { ForwardBatch = spec.Embed.Batch },
            Inputs =
            [
                new("embedding", embed, StageFiles.Embedding),
                new("embedded", embed, StageFiles.EmbeddedImages),
                // Images outside the sample are embedded as they are assigned.
                .. sampled ? (StageInput[])[baseInput] : [],
            ],
            Data = _train,
            DataIndex = _trainIndex,
            Images = sampled ? facts.TrainImages : 0,
        });
        AddExperts("expert" + suffix, cluster, spec.Experts.Init == "base" ? baseInput : null);
        Graph.Add(Distill(distill, spec.Distill, cluster, "expert" + suffix, baseModel));
        return distill;
    }

    /// <summary>One expert for each part of a division.</summary>
    /// <param name="name">The experts' name without their number.</param>
    /// <param name="divider">The stage that divides the images.</param>
    /// <param name="start">The base, where they start from it.</param>
    /// <param name="fullSet">Whether they train on all images, as long as they would on their parts.</param>
    private void AddExperts(string name, string divider, StageInput? start, bool fullSet = false)
    {
        var k = spec.Cluster.K;
        for (var i = 0; i < k; i++)
        {
            var expert = Training(Indexed(name, i), "expert", spec.Experts, Epochs(spec.Experts, 600), spec.Experts.Init, Beside(k * (1 + _divisions)), fullSet ? true : null);
            Graph.Add(expert with
            {
                Inputs = [new("members", divider, StageFiles.Members(i)), .. start is null ? (StageInput[])[] : [start]],
                Data = fullSet ? _train : expert.Data,
                DataIndex = fullSet ? _trainIndex : expert.DataIndex,
                FanOutOf = divider,
                Index = i,
                Images = (long)(Epochs(spec.Experts, 600) * facts.TrainImages / k),
            });
        }
    }

    /// <param name="name">The stage.</param>
    /// <param name="distill">Its settings.</param>
    /// <param name="divider">The stage that says which cluster an image is of.</param>
    /// <param name="experts">The experts' name without their number.</param>
    /// <param name="baseModel">The stage whose model is the base.</param>
    private StageNode Distill(string name, DistillSpec distill, string divider, string experts, string baseModel)
    {
        var needsBase = distill.Targets != "experts" || distill.Init == "base";
        return new StageNode
        {
            Name = name,
            Kind = "distill",
            Resource = distill.Resource,
            Settings = Settings(new DistillSettings(spec.Seed, spec.Model, distill with { Epochs = Epochs(distill, 200), Images = null }, spec.Data.BadImageShare)),
            Options = Options(distill, Beside(1)),
            Inputs =
            [
                .. needsBase ? (StageInput[])[new("base", baseModel, StageFiles.Model)] : [],
                new("assignments", divider, StageFiles.Assignments),
                .. distill.Targets == "base"
                    ? []
                    : Enumerable.Range(0, spec.Cluster.K).Select(i =>
                        new StageInput(Indexed("expert", i), Indexed(experts, i), StageFiles.Model)),
            ],
            Data = _train,
            DataIndex = _trainIndex,
            Images = (long)(Epochs(distill, 200) * facts.TrainImages),
        };
    }

    private StageNode Training(string name, string kind, TrainingSpec training, double epochs, string init, int beside, bool? fullSet = null) => new()
    {
        Name = name,
        Kind = kind,
        Resource = training.Resource,
        Settings = Settings(new TrainingSettings(spec.Seed, spec.Model, training.Recipe() with { Epochs = epochs, Images = null }, init, spec.Data.BadImageShare, FullSet: fullSet)),
        Options = Options(training, beside),
        Images = (long)(epochs * facts.TrainImages),
    };

    private StageNode Given(string digest) => new()
    {
        Name = "base",
        Kind = "base",
        Resource = spec.Base.Resource,
        // How it would have been trained does not matter.
        Settings = Settings(new TrainingSettings(spec.Seed, spec.Model, new TrainingSpec(), "scratch", spec.Data.BadImageShare, digest, spec.Embed.Layer)),
        Options = Options(spec.Base, Beside(1)) with { ForwardBatch = spec.Embed.Batch, Weights = spec.Base.Weights },
        Images = facts.TrainImages,
    };

    /// <summary>The length in epochs: of the whole set where a budget in images is given, for an expert so of its own cluster.</summary>
    private double Epochs(TrainingSpec training, double otherwise) =>
        training.Epochs ?? (training.Images is { } images ? (double)images / facts.TrainImages : otherwise);

    private static StageOptions Options(ExecutionSpec phase, int beside) => new()
    {
        Device = phase.Device,
        Threads = phase.Threads,
        Beside = beside,
        CheckpointSeconds = phase.CheckpointSeconds,
        TimeoutMinutes = phase.TimeoutMinutes,
        QueueTimeoutMinutes = phase.QueueTimeoutMinutes,
    };

    private static JsonElement Settings<T>(T settings) => JsonSerializer.SerializeToElement(settings, SpecJson.KeyOptions);

    private static string Indexed(string name, int index) => string.Create(CultureInfo.InvariantCulture, $"{name}[{index}]");
}
