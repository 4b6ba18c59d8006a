using DnC.Workflow.Images.Loading;
using DnC.Workflow.Learning.Clustering;
using DnC.Workflow.Learning.Distillation;
using DnC.Workflow.Learning.Models;
using DnC.Workflow.Learning.Training;
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

    /// <summary>The passes that were made for cached targets; the training's checkpoints carry them on, so that no attempt makes them again.</summary>
    public PassSequence? Passes { get; private set; }

    /// <summary>Opens them as the spec says.</summary>
    /// <param name="context">The stage, with inputs 'base' and 'expert[k]'.</param>
    /// <param name="settings">Its settings.</param>
    /// <param name="device">Where they run.</param>
    /// <param name="set">The images.</param>
    /// <param name="clusters">By image of the set: its cluster.</param>
    /// <param name="steps">Steps of the training that follows, for the progress shown.</param>
    /// <exception cref="StageStopped">Asked to stop while targets are computed; a checkpoint is written.</exception>
    public static StageTeachers Open(StageContext context, DistillSettings settings, StageDevice device, ImageSet set, int[] clusters, long steps)
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

        teachers.Cache(context, settings, device, set, Enumerable.Range(0, k).Select(own => Enumerable.Range(0, set.Count).Where(i => clusters[i] == own).ToArray()).ToList(), steps);
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

    private void Cache(StageContext context, DistillSettings settings, StageDevice device, ImageSet set, List<int[]> members, long steps)
    {
        int[] all = [.. Enumerable.Range(0, set.Count)];
        var parts = new List<(string Input, int[] Images)>();
        if (Choice != TargetChoice.Base)
            parts.AddRange(members.Select((images, i) => ($"expert[{i}]", images)));
        if (Choice != TargetChoice.Experts)
            parts.Add(("base", all));
        Passes = new PassSequence(context, device) { Saves = context.Checkpoints.ResumeFolder is not { } folder || !TrainingState.IsIn(folder) };
        Passes.Expected = steps + parts.Sum(p => Passes.Batches(p.Images.Length));
        var targets = parts.Select(p => Cache(context, settings, device, set, p.Input, p.Images)).ToList();
        // The training's own time to its first checkpoint begins here.
        Passes.Keep(now: true);
        var ofBase = Choice == TargetChoice.Experts ? null : targets[^1];
        Source = new CachedTeachers(Choice, ofBase, ofBase is null ? targets : targets[..^1], device.Device);
    }

    /// <summary>One teacher over its un-augmented images, its unit projections stored by image.</summary>
    private CachedTargets Cache(StageContext context, DistillSettings settings, StageDevice device, ImageSet set, string input, int[] images)
    {
        var path = Path.Combine(context.ScratchFolder, $"targets-{_held.Count}.f32");
        using var encoder = new Encoder(settings.Model, seed: 0, device.Device);
        ModelFile.Load(context.Input(input), encoder);
        var rows = Passes!.Run(path, settings.Model.Projection, $"targets of {input}", set.Part(images), encoder, "projection", (features, matrix) =>
            matrix.Append(FeaturePass.Values(nn.functional.normalize(features, dim: 1))));
        var stored = FeatureMatrix.Open(path);
        _held.Add(stored);
        return new CachedTargets(stored, [.. rows.Select(row => images[row])]);
    }
}
