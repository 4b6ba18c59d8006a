using DnC.Workflow.Report.Facts;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Report.Reading;

/// <summary>The same images through the base and through the distilled model.</summary>
/// <param name="Sample">The images, all of them readable.</param>
/// <param name="Base">Their features under the base.</param>
/// <param name="Dnc">Their features under the distilled model; null as long as there is none.</param>
internal sealed record PooledFeatures(EmbeddedSample Sample, IReadOnlyList<float[]> Base, IReadOnlyList<float[]>? Dnc)
{
    /// <summary>Fewer images than this are no sample to find neighbours in. [ours]</summary>
    private const int Fewest = 20;

    /// <summary>Makes them; null where that cannot be done: with a reason told, unless there is no base yet or nothing here that makes features.</summary>
    public static PooledFeatures? Of(RunReading run, RunSpec spec, ArtifactFiles files, TrainingImages? images, EmbeddedSample sample, MissingParts missing)
    {
        if (run.Features is not { } features || images is null || files.Open("base", StageFiles.Model, "neighbours") is not { } weights)
            return null;
        var there = Enumerable.Range(0, sample.Images.Count).Where(i => sample.Sources[i] >= 0).ToList();
        var affordable = features.Affordable(spec.Model);
        if (Math.Min(affordable, there.Count) < Fewest)
        {
            missing.Add("neighbours", there.Count < Fewest
                ? $"Only {there.Count} images are there to find neighbours among."
                : $"Sending images through a network of this size takes a CPU more than some seconds: 'dnc report {run.View.Summary.Id} --images 500' does it all the same.");
            return null;
        }

        var drawn = sample.At(Thinned<int>.Evenly(there, affordable));
        using var picked = new PickedImages(images.Source, drawn.Sources);
        try
        {
            var under = features.Pooled(weights, spec.Model, picked);
            var then = files.Open(Planner.FinalStage(spec.Rounds), StageFiles.Model, "neighbours") is { } final ? features.Pooled(final, spec.Model, picked) : null;
            var readable = Enumerable.Range(0, drawn.Images.Count).Where(i => under[i] is not null && (then is null || then[i] is not null)).ToList();
            if (readable.Count < Fewest)
            {
                missing.Add("neighbours", $"Of {drawn.Images.Count} images drawn only {readable.Count} could be read, too few to find neighbours among.");
                return null;
            }

            return new PooledFeatures(drawn.At(readable), [.. readable.Select(i => under[i]!)], then is null ? null : [.. readable.Select(i => then[i]!)]);
        }
        catch (Exception e) when (e is UserInputException or StageFailure or IOException)
        {
            missing.Add("neighbours", $"The models' features cannot be made here: {FreeText.Line(e.Message)}");
            return null;
        }
    }
}
