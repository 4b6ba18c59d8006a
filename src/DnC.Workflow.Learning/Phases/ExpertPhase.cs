using System.Security.Cryptography;
using System.Text;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Keys;
using DnC.Workflow.Stages.Plan;

namespace DnC.Workflow.Learning.Phases;

/// <summary>Phase 4: the same objective on one cluster's images, from scratch [paper, 3.2] or from the base [ours].</summary>
/// <remarks>
/// With <see cref="TrainingSettings.FullSet"/> it is a control of the paper's [table 10]: all images, for as many steps of as many images as its
/// cluster's expert makes. Its seed derives from the members' ids, not from the cluster's number: the same images give the same expert, whatever number the next
/// clustering gives them, and wherever and whenever their files were written.
/// </remarks>
public sealed class ExpertPhase : IStageExecutor
{
    /// <inheritdoc/>
    public string Kind => "expert";

    /// <inheritdoc/>
    public int Version => 1;

    /// <inheritdoc/>
    public StageResult Execute(StageContext context)
    {
        var settings = context.Read<TrainingSettings>();
        using var images = StageImages.OpenTraining(context);
        var (members, _) = MemberList.Read(context.Input("members"), images);
        var ids = Encoding.UTF8.GetBytes(string.Join('\n', members.Select(images.Id)));
        var seed = DerivedSeed.Of((ulong)settings.Seed, Kind, Convert.ToHexStringLower(SHA256.HashData(ids)));
        return settings.FullSet == true && members.Length >= 2
            ? ContrastiveTraining.Run(context, settings, seed, images, StageImages.All(images), budget: members.Length)
            : ContrastiveTraining.Run(context, settings, seed, images, members);
    }
}
