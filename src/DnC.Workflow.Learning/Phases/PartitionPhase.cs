using DnC.Workflow.Images.Loading;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Keys;
using DnC.Workflow.Stages.Plan;

namespace DnC.Workflow.Learning.Phases;

/// <summary>
/// The control of clustering: the same images in parts of the same sizes, drawn at random [paper, table 10]. It writes what clustering writes for
/// experts and distillation.
/// </summary>
public sealed class PartitionPhase : IStageExecutor
{
    /// <inheritdoc/>
    public string Kind => "partition";

    /// <inheritdoc/>
    public int Version => 1;

    /// <inheritdoc/>
    public StageResult Execute(StageContext context)
    {
        var seed = DerivedSeed.Of((ulong)context.Read<PartitionSettings>().Seed, Kind);
        using var source = StageImages.OpenTraining(context);
        // In the order of their ids: neither the order of the files nor the numbers that images have in them take part.
        var (images, clusters) = MemberList.Read(context.Input("assignments"), source);
        new DerivedRandom(seed).Shuffle<int>(clusters);
        var parts = images.Zip(clusters).ToLookup(i => i.Second, i => i.First);

        string At(string name) => Path.Combine(context.OutputFolder, name);
        MemberList.Write(At(StageFiles.Assignments), source, images.Zip(clusters));
        for (var part = 0; part < parts.Count; part++)
            MemberList.Write(At(StageFiles.Members(part)), source, parts[part]);
        return StageResult.Of(new { clusters = parts.Count, sizes = Enumerable.Range(0, parts.Count).Select(part => parts[part].Count()) }, fanOut: parts.Count);
    }
}
