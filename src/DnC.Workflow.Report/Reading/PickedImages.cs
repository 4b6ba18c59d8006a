using DnC.Workflow.Images.Formats;

namespace DnC.Workflow.Report.Reading;

/// <summary>Some images of a source, which stays its owner's.</summary>
/// <param name="source">The source.</param>
/// <param name="picked">Indices into it.</param>
internal sealed class PickedImages(IImageSource source, IReadOnlyList<int> picked) : IImageSource
{
    /// <inheritdoc/>
    public int Count => picked.Count;

    /// <inheritdoc/>
    public string Id(int index) => source.Id(picked[index]);

    /// <inheritdoc/>
    public string Stamp(int index) => source.Stamp(picked[index]);

    /// <inheritdoc/>
    public ImageBytes Read(int index) => source.Read(picked[index]);

    /// <inheritdoc/>
    public string Describe() => $"{picked.Count} of {source.Describe()}";

    /// <inheritdoc/>
    public void Dispose()
    {
        // The source's owner has it still.
    }
}
