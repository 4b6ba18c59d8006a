using DnC.Workflow.Images.Formats;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Report.Reading;

/// <summary>Features of images, which need the method's own code: a run's stored embedding, and its networks.</summary>
public interface IFeatureReader
{
    /// <summary>Some rows of a stored embedding, in the order asked for.</summary>
    /// <exception cref="InvalidDataException">It is damaged, or has no such row.</exception>
    IReadOnlyList<float[]> Stored(string path, IReadOnlyList<int> rows);

    /// <summary>How many images may be sent through a network of this shape for the sake of a report.</summary>
    int Affordable(ModelSpec model);

    /// <summary>Images through a network: its pooled features by image; null of one that cannot be read.</summary>
    /// <param name="weights">The network's file.</param>
    /// <param name="model">Its shape.</param>
    /// <param name="images">The images.</param>
    /// <exception cref="DnC.Workflow.Stages.Execution.UserInputException">The weights are damaged, or give no finite numbers.</exception>
    IReadOnlyList<float[]?> Pooled(string weights, ModelSpec model, IImageSource images);
}
