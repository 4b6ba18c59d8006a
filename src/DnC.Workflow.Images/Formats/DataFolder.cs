using DnC.Workflow.Images.Labels;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Images.Formats;

/// <summary>Opens a folder of data as the parts it has.</summary>
public static class DataFolder
{
    /// <summary>Finds the format and the parts of a folder and indexes them.</summary>
    /// <param name="path">The data folder.</param>
    /// <param name="train">Pattern of the training part inside the folder; null: what the format calls it.</param>
    /// <param name="probe">Pattern of the part that probes are fitted on.</param>
    /// <param name="test">Pattern of the part that results are measured on.</param>
    /// <exception cref="UserInputException">
    /// The folder is missing, empty or holds no images, a pattern is wrong or matches nothing, a <c>labels.csv</c> has other columns, or a file is
    /// damaged: says what was
    /// found and what is expected.
    /// </exception>
    /// <exception cref="DataChangedException">A file changed while it was indexed.</exception>
    public static DataParts Open(string path, string? train = null, string? probe = null, string? test = null)
    {
        var patterns = PartPatterns.Of(train, probe, test);
        var listing = DataListing.Of(path);
        var partition = ImageSources.Choose(listing, patterns);
        var labels = LabelCsv.In(listing);
        // Known before any work starts, and by no one who trains.
        if (labels is not null) LabelCsv.RequireHeader(labels);
        return new DataParts(partition, labels);
    }

    /// <summary>
    /// Opens what is trained on, and nothing else: probe and test are neither indexed nor read, and there is no way from it to a label.
    /// </summary>
    /// <remarks>The patterns of the other parts are taken too: they say which images are not for training.</remarks>
    /// <exception cref="UserInputException">As <see cref="Open"/>, of the files of the training part.</exception>
    /// <exception cref="DataChangedException">A file changed while it was indexed.</exception>
    public static IImageSource OpenTraining(string path, string? train = null, string? probe = null, string? test = null)
    {
        var patterns = PartPatterns.Of(train, probe, test);
        var partition = ImageSources.Choose(DataListing.Of(path), patterns);
        return DataParts.Images(partition, partition.Train);
    }

    /// <summary>Opens every image of a folder, whatever part it would belong to in a run: for what only looks at images.</summary>
    /// <exception cref="UserInputException">As <see cref="Open"/>.</exception>
    /// <exception cref="DataChangedException">A file changed while it was indexed.</exception>
    public static IImageSource OpenAll(string path)
    {
        var partition = ImageSources.Choose(DataListing.Of(path), PartPatterns.Of(null, null, null));
        var sources = new List<IImageSource>();
        try
        {
            foreach (var part in partition.Parts) sources.Add(DataParts.Images(partition, part));
            return new UnitedSource(path, sources);
        }
        catch
        {
            foreach (var source in sources) source.Dispose();
            throw;
        }
    }
}
