using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Distillation;

/// <summary>
/// Teachers that were run once over un-augmented images [paper, table 11: 0.2 points worse, far cheaper]: their targets are read back by
/// image index, the same for both views.
/// </summary>
public sealed class CachedTeachers : ITeachers
{
    private readonly CachedTargets? _base;
    private readonly IReadOnlyList<CachedTargets> _experts;
    private readonly Device _device;

    /// <param name="choice">Whose outputs are wanted.</param>
    /// <param name="baseTargets">The base's; may be null if it is no target.</param>
    /// <param name="experts">By cluster; may be empty if they are no target.</param>
    /// <param name="device">Where targets go.</param>
    public CachedTeachers(TargetChoice choice, CachedTargets? baseTargets, IReadOnlyList<CachedTargets> experts, Device device)
    {
        ArgumentNullException.ThrowIfNull(experts);
        if (choice.HasBase())
            ArgumentNullException.ThrowIfNull(baseTargets);
        if (choice.HasExperts())
            ArgumentOutOfRangeException.ThrowIfZero(experts.Count, nameof(experts));
        (_base, _experts, _device) = (choice.HasBase() ? baseTargets : null, choice.HasExperts() ? experts : [], device);
    }

    /// <inheritdoc/>
    public TeacherTargets Targets(Tensor view, ReadOnlySpan<int> images, ClusterGroups groups)
    {
        ArgumentNullException.ThrowIfNull(groups);
        if (images.Length != groups.Count)
            throw new ArgumentException($"{images.Length} images, but clusters of {groups.Count}", nameof(images));
        Tensor? ofBase = null;
        if (_base is not null)
        {
            ofBase = Rows(images.Length, _base.Dimension, out var rows);
            for (var i = 0; i < images.Length; i++)
                _base.Copy(images[i], rows.Slice(i * _base.Dimension, _base.Dimension));
        }
        return new TeacherTargets(ofBase?.to(_device), _experts.Count > 0 ? OfExperts(images, groups).to(_device) : null);
    }

    private Tensor OfExperts(ReadOnlySpan<int> images, ClusterGroups groups)
    {
        var dimension = _experts[0].Dimension;
        var targets = Rows(images.Length, dimension, out var rows);
        foreach (var group in groups.Groups)
        {
            if (group.Cluster >= _experts.Count)
                throw new ArgumentOutOfRangeException(nameof(groups), group.Cluster, $"the batch has images of cluster {group.Cluster}; targets of {_experts.Count} experts are stored");
            for (var i = group.Start; i < group.Start + group.Count; i++)
                _experts[group.Cluster].Copy(images[groups.Order[i]], rows.Slice(i * dimension, dimension));
        }
        return targets;
    }

    private static Tensor Rows(int count, int dimension, out Span<float> values)
    {
        var rows = empty(count, dimension);
        values = MemoryMarshal.Cast<byte, float>(rows.bytes);
        return rows;
    }
}
