using DnC.Workflow.Images.Formats;
using DnC.Workflow.Images.Labels;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Report.Reading;

/// <summary>A run's training images as they lie in its data folder now, and their labels, where both are there.</summary>
internal sealed class TrainingImages : IDisposable
{
    private readonly DataParts _parts;
    private readonly LabelTable? _labels;

    private TrainingImages(DataParts parts, LabelTable? labels) => (_parts, _labels) = (parts, labels);

    /// <summary>The images.</summary>
    public IImageSource Source => _parts.Train;

    /// <summary>Whether every one has a label.</summary>
    public bool HasLabels => _labels is not null;

    /// <summary>Opens them; null where the data is not there any more, or not as it was.</summary>
    public static TrainingImages? Open(DataSpec? data, MissingParts missing)
    {
        if (data?.Path is not { } path)
        {
            missing.Add("pictures", "The run does not say where its images are.");
            return null;
        }

        try
        {
            var parts = DataFolder.Open(path, data.Train, data.Probe, data.Test);
            return new TrainingImages(parts, Labels(parts, missing));
        }
        catch (Exception e) when (e is UserInputException or DataChangedException or IOException or UnauthorizedAccessException)
        {
            missing.Add("pictures", $"The images are not to be had from here: {FreeText.Line(e.Message)}");
            return null;
        }
    }

    /// <summary>Indices into the source of the named images; −1 of one that is gone or has changed.</summary>
    /// <param name="images">Ids and stamps.</param>
    public int[] Find(IReadOnlyList<ImageRow> images)
    {
        var wanted = images.Select(i => i.Id).ToHashSet(StringComparer.Ordinal);
        var at = new Dictionary<string, int>(wanted.Count, StringComparer.Ordinal);
        for (var i = 0; i < Source.Count && at.Count < wanted.Count; i++)
        {
            if (Source.Id(i) is var id && wanted.Contains(id))
                at[id] = i;
        }

        return [.. images.Select(image => at.TryGetValue(image.Id, out var index) && Source.Stamp(index) == image.Stamp ? index : -1)];
    }

    /// <summary>The name of an image's class, or null.</summary>
    public string? ClassOf(int index) => index >= 0 && _labels is { } labels ? labels.ClassNames[labels.ClassOf[index]] : null;

    /// <inheritdoc/>
    public void Dispose() => _parts.Dispose();

    private static LabelTable? Labels(DataParts parts, MissingParts missing)
    {
        try
        {
            return LabelTable.Open(parts, "train");
        }
        catch (UserInputException e)
        {
            missing.Add("labels", $"The labels cannot be read: {FreeText.Line(e.Message)}");
            return null;
        }
    }
}

/// <summary>A line of a list of images.</summary>
/// <param name="Id">The image's id.</param>
/// <param name="Stamp">What its bytes were known by.</param>
internal readonly record struct ImageRow(string Id, string Stamp);
