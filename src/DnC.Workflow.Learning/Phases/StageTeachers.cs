using DnC.Workflow.Images.Loading;
using DnC.Workflow.Learning.Clustering;
using DnC.Workflow.Learning.Distillation;
using DnC.Workflow.Learning.Models;
using DnC.Workflow.Learning.Weights;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Plan;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Phases;

/// <summary>A distillation's teachers, from its inputs: live networks, or targets that are computed once at its start.</summary>
internal sealed class StageTeachers : IDisposable
{
    private readonly List<IDisposable> _held = [];

    private StageTeachers(TargetChoice choice) => Choice = choice;

    /// <summary>Whose outputs are targets.</summary>
    public TargetChoice Choice { get; }

    /// <summary>Where a batch's targets come from; indices are those of the set.</summary>
    public ITeachers Source { get; private set; } = null!;

    /// <summary>FLOPs of the teachers for a view of an image.</summary>
    public double FlopsPerView { get; private set; }

    /// <summary>FLOPs of the teachers that are spent once.</summary>
    public double FlopsOnce { get; private set; }

    /// <summary>Opens them as the spec says.</summary>
    /// <param name="context">The stage, with inputs 'base' and 'expert[k]'.</param>
    /// <param name="settings">Its settings.</param>
    /// <param name="device">Where they run.</param>
    /// <param name="set">The images.</param>
    /// <param name="clusters">By image of the set: its cluster.</param>
    public static StageTeachers Open(StageContext context, DistillSettings settings, StageDevice device, ImageSet set, int[] clusters)
    {
        var teachers = new StageTeachers(TargetChoices.Parse(settings.Distill.Targets));
        var k = clusters.Max() + 1;
        using var shape = new Encoder(settings.Model, seed: 0);
        var forward = Flops.Forward(shape, settings.Model.Side);
        var each = (teachers.Choice != TargetChoice.Experts ? 1 : 0) + (teachers.Choice != TargetChoice.Base ? 1 : 0);
        if (settings.Distill.Teachers == "augmented")
        {
            var networks = teachers.Choice == TargetChoice.Base ? [] : Enumerable.Range(0, k).Select(i => teachers.Load(context, $"expert[{i}]", settings, device)).ToList();
            var baseModel = teachers.Choice == TargetChoice.Experts ? null : teachers.Load(context, "base", settings, device);
            teachers.Source = new AugmentedTeachers(teachers.Choice, baseModel, networks);
            teachers.FlopsPerView = each * forward;
            return teachers;
        }

        var experts = new List<CachedTargets>();
        for (var i = 0; i < k && teachers.Choice != TargetChoice.Base; i++)
        {
            var own = i;
            experts.Add(teachers.Cache(context, $"expert[{i}]", settings, device, set, [.. Enumerable.Range(0, set.Count).Where(image => clusters[image] == own)]));
        }

        var ofBase = teachers.Choice == TargetChoice.Experts ? null : teachers.Cache(context, "base", settings, device, set, [.. Enumerable.Range(0, set.Count)]);
        teachers.Source = new CachedTeachers(teachers.Choice, ofBase, experts, device.Device);
        teachers.FlopsOnce = each * forward * set.Count;
        return teachers;
    }

    /// <inheritdoc/>
    public void Dispose() => _held.ForEach(h => h.Dispose());

    private Encoder Load(StageContext context, string input, DistillSettings settings, StageDevice device)
    {
        var encoder = new Encoder(settings.Model, seed: 0, device.Device);
        _held.Add(encoder);
        ModelFile.Load(context.Input(input), encoder);
        return encoder;
    }

    /// <summary>One teacher over its un-augmented images, its unit projections stored by image.</summary>
    private CachedTargets Cache(StageContext context, string input, DistillSettings settings, StageDevice device, ImageSet set, int[] images)
    {
        var path = Path.Combine(context.ScratchFolder, $"targets-{_held.Count}.f32");
        var rows = new List<int>(images.Length);
        using (var encoder = new Encoder(settings.Model, seed: 0, device.Device))
        using (var matrix = FeatureMatrixWriter.Create(path, settings.Model.Projection))
        {
            ModelFile.Load(context.Input(input), encoder);
            var own = set.Part(images);
            FeaturePass.Run(context, device, encoder, own, 256, "projection", $"targets of {input}", (batch, features) =>
            {
                matrix.Append(FeaturePass.Values(nn.functional.normalize(features, dim: 1)));
                rows.AddRange(batch.Indices.Take(batch.Count).Select(i => images[i]));
            });
            matrix.Complete();
        }

        var stored = FeatureMatrix.Open(path);
        _held.Add(stored);
        return new CachedTargets(stored, rows);
    }
}
