using System.Globalization;
using System.Text.Json;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Keys;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Stages.Plan;

/// <summary>
/// From a spec and the facts of its data to the graph: base, embed, cluster, expert[0..K), distill, evaluate[…]; with rounds, again.
/// Experts beyond the clusters that will exist are planned too and skipped when clustering ends.
/// </summary>
public static class Planner
{
    /// <summary>Plans a run.</summary>
    /// <exception cref="UserInputException">The data is too small for the spec.</exception>
    public static StageGraph Plan(RunSpec spec, DataFacts facts)
    {
        if (spec.Cluster.K > facts.TrainImages)
            throw new UserInputException(string.Create(CultureInfo.InvariantCulture, $"cluster.k is {spec.Cluster.K}, but the data has {facts.TrainImages} images to train on. Take a smaller cluster.k (the paper takes 5 or 10) or more images."));
        if (spec.Cluster.Levels is [var finest, ..] && finest > facts.TrainImages)
            throw new UserInputException(string.Create(CultureInfo.InvariantCulture, $"cluster.levels begins with {finest}, but the data has {facts.TrainImages} images to train on. Take smaller levels or more images."));
        var smallest = Math.Min(spec.Base.Batch, spec.Distill.Batch);
        if (facts.TrainImages < 2)
            throw new UserInputException(string.Create(CultureInfo.InvariantCulture, $"The data has {facts.TrainImages} image to train on; contrastive training needs at least 2 (and better {smallest}, the batch)."));

        foreach (var (path, training) in new (string, TrainingSpec)[] { ("base", spec.Base), ("experts", spec.Experts), ("distill", spec.Distill) })
        {
            if (training.Images is { } images && training.WarmupEpochs * facts.TrainImages > images)
                throw new UserInputException(string.Create(CultureInfo.InvariantCulture, $"{path}.warmupEpochs is {training.WarmupEpochs}, but {path}.images is only {(double)images / facts.TrainImages:0.###} epochs of the {facts.TrainImages} images. Take a shorter warm-up or a larger budget."));
        }

        var plan = new Drawing(spec, facts);
        var model = plan.AddBase();
        for (var round = 1; round <= spec.Rounds; round++)
            model = plan.AddRound(round, model);
        if (facts.HasLabels)
            plan.AddEvaluation(model);
        return plan.Graph;
    }

    /// <summary>The stage whose model a run of so many rounds is for.</summary>
    public static string FinalStage(int rounds) => "distill" + Suffix(rounds);

    /// <summary>The name, in evaluation, of the model that a round divides by: 'base', and from the second round on 'dnc@1', 'dnc@2' …</summary>
    public static string BaseOf(int round) => round == 1 ? "base" : string.Create(CultureInfo.InvariantCulture, $"dnc@{round - 1}");

    private static string Suffix(int round) => round == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"@{round}");

    private sealed class Drawing(RunSpec spec, DataFacts facts)
    {
        private readonly bool _equalLength = facts.HasLabels && spec.Evaluate.Compare.Contains("equal-length");
        private readonly Dictionary<string, string> _train = new(StringComparer.Ordinal) { ["train"] = facts.Digests["train"] };
        private readonly Dictionary<string, string> _trainIndex = new(StringComparer.Ordinal) { ["train"] = facts.Index["train"] };

        public StageGraph Graph { get; } = new();

        private int Beside(int stages) => stages + (_equalLength ? 1 : 0);

        public string AddBase()
        {
            Graph.Add((facts.Weights is { } weights ? Given(weights) : Training("base", "base", spec.Base, Epochs(spec.Base, 200), "scratch", Beside(1))) with { Data = _train, DataIndex = _trainIndex });
            if (_equalLength)
            {
                var rounds = spec.Rounds * (Epochs(spec.Experts, 600) + Epochs(spec.Distill, 200));
                Graph.Add(Training("equal-length", "base", spec.Base, Epochs(spec.Base, 200) + rounds, "scratch", 2) with { Data = _train, DataIndex = _trainIndex });
            }

            return "base";
        }

        public string AddRound(int round, string baseModel)
        {
            var suffix = Suffix(round);
            string embed = "embed" + suffix, cluster = "cluster" + suffix, distill = FinalStage(round);
            var k = spec.Cluster.K;
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
            for (var i = 0; i < k; i++)
            {
                Graph.Add(Training(Indexed("expert" + suffix, i), "expert", spec.Experts, Epochs(spec.Experts, 600), spec.Experts.Init, Beside(k)) with
                {
                    Inputs =
                    [
                        new("members", cluster, StageFiles.Members(i)),
                        .. spec.Experts.Init == "base" ? (StageInput[])[baseInput] : [],
                    ],
                    FanOutOf = cluster,
                    Index = i,
                    Images = (long)(Epochs(spec.Experts, 600) * facts.TrainImages / k),
                });
            }

            Graph.Add(Distill(distill, spec.Distill, round, baseModel));
            return distill;
        }

        public void AddEvaluation(string final)
        {
            AddEvaluate("pixels", "pixels", []);
            AddClusters(1);
            AddEvaluate("base", "model", [new("model", "base", StageFiles.Model)]);
            foreach (var targets in spec.Evaluate.Compare.Where(c => c is "base-only" or "experts-only"))
            {
                var name = $"distill[{targets}]";
                Graph.Add(Distill(name, spec.Distill with { Targets = targets[..targets.IndexOf('-')] }, 1, "base"));
                AddEvaluate(targets, "model", [new("model", name, StageFiles.Model)]);
            }

            for (var round = 2; round <= spec.Rounds; round++)
            {
                AddEvaluate(BaseOf(round), "model", [new("model", FinalStage(round - 1), StageFiles.Model)]);
                AddClusters(round);
            }

            AddEvaluate("dnc", "model", [new("model", final, StageFiles.Model)]);
            if (_equalLength)
                AddEvaluate("equal-length", "model", [new("model", "equal-length", StageFiles.Model)]);
            for (var round = 1; spec.Evaluate.Experts && round <= spec.Rounds; round++)
                AddExperts(round);
        }

        private void AddClusters(int round) =>
            AddEvaluate("clusters" + Suffix(round), "clusters", [new("assignments", "cluster" + Suffix(round), StageFiles.Assignments)]);

        private void AddExperts(int round)
        {
            string suffix = Suffix(round), cluster = "cluster" + suffix;
            for (var i = 0; i < spec.Cluster.K; i++)
            {
                var expert = Indexed("expert" + suffix, i);
                AddEvaluate(
                    expert,
                    "expert",
                    [
                        new("model", expert, StageFiles.Model),
                        new("base", round == 1 ? "base" : FinalStage(round - 1), StageFiles.Model),
                        new("centroids", cluster, StageFiles.Centroids),
                        new("clusters", cluster, StageFiles.ClusterMap),
                    ],
                    (cluster, i, round == 1 ? null : round));
            }
        }

        private StageNode Distill(string name, DistillSpec distill, int round, string baseModel)
        {
            var suffix = Suffix(round);
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
                    new("assignments", "cluster" + suffix, StageFiles.Assignments),
                    .. distill.Targets == "base"
                        ? []
                        : Enumerable.Range(0, spec.Cluster.K).Select(i =>
                            new StageInput(Indexed("expert", i), Indexed("expert" + suffix, i), StageFiles.Model)),
                ],
                Data = _train,
                DataIndex = _trainIndex,
                Images = (long)(Epochs(distill, 200) * facts.TrainImages),
            };
        }

        private StageNode Training(string name, string kind, TrainingSpec training, double epochs, string init, int beside) => new()
        {
            Name = name,
            Kind = kind,
            Resource = training.Resource,
            Settings = Settings(new TrainingSettings(spec.Seed, spec.Model, training.Recipe() with { Epochs = epochs, Images = null }, init, spec.Data.BadImageShare)),
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

        private void AddEvaluate(string label, string subject, IReadOnlyList<StageInput> inputs, (string Of, int Index, int? Round)? cluster = null) => Graph.Add(new StageNode
        {
            Name = $"evaluate[{label}]",
            Kind = "evaluate",
            Resource = spec.Evaluate.Resource,
            Settings = Settings(new EvaluateSettings(
                spec.Seed,
                subject,
                label,
                cluster?.Index,
                cluster is null ? null : spec.Embed.Layer,
                spec.Model,
                // What is measured beside it does not change what is measured here.
                spec.Evaluate with { Compare = [], Experts = true },
                spec.Data.BadImageShare,
                cluster?.Round)),
            Options = Options(spec.Evaluate, Beside(2)),
            Inputs = inputs,
            Data = facts.Digests,
            DataIndex = facts.Index,
            FanOutOf = cluster?.Of,
            Index = cluster?.Index,
            Images = subject is "pixels" or "clusters" ? 0 : facts.ProbeImages + facts.TestImages,
        });

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
}
