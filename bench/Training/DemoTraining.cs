using System.Globalization;
using System.Text.Json;
using DnC.Workflow.Images.Demo;
using DnC.Workflow.Images.Formats;
using DnC.Workflow.Runtime.Execute.Body;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Bench.Training;

/// <summary>The demo's base training as a stage, for rows that start real children.</summary>
internal static class DemoTraining
{
    /// <summary>What 'dnc demo' runs.</summary>
    public static RunSpec Spec(params string[] overrides)
    {
        using var stream = typeof(DemoTraining).Assembly.GetManifestResourceStream("demo.json")!;
        using var reader = new StreamReader(stream);
        return SpecReader.Read(reader.ReadToEnd(), "demo.json", overrides: overrides);
    }

    /// <summary>Renders the demo's images, or fewer of them.</summary>
    /// <returns>The folder.</returns>
    public static string Render(string folder, DemoOptions? options = null)
    {
        DemoSet.Ensure(folder, options ?? new DemoOptions(), Environment.ProcessorCount);
        return folder;
    }

    /// <summary>A training of one thread, with a seed of its own, one epoch longer than the demo's base: as long as an expert there.</summary>
    public static StageNode Node(string images, int seed)
    {
        var spec = Spec();
        using var parts = DataFolder.Open(images, spec.Data.Train, spec.Data.Probe, spec.Data.Test);
        var train = new Dictionary<string, string>(StringComparer.Ordinal) { ["train"] = parts.Digests["train"] };
        return new StageNode
        {
            Name = string.Create(CultureInfo.InvariantCulture, $"training[{seed}]"),
            Kind = "base",
            Resource = "cpu",
            Settings = JsonSerializer.SerializeToElement(
                new TrainingSettings(seed, spec.Model, spec.Base with { Epochs = spec.Base.Epochs + 1, Images = null }, "scratch", spec.Data.BadImageShare), SpecJson.KeyOptions),
            Options = new StageOptions { Threads = 1 },
            Data = train,
            DataIndex = train,
        };
    }

    /// <summary>What its process is told.</summary>
    public static StageInvocation Invocation(StageNode node, string images, string folder) => new()
    {
        Kind = node.Kind,
        Stage = node.Name,
        Settings = node.Settings,
        Options = node.Options,
        Data = new DataSpec { Path = images },
        DataDigests = node.DataIndex,
        Inputs = new Dictionary<string, string>(StringComparer.Ordinal),
        OutputFolder = Directory.CreateDirectory(Path.Combine(folder, "output")).FullName,
        CheckpointFolder = Path.Combine(folder, "checkpoints"),
    };
}
