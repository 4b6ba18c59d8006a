namespace DnC.Workflow.Images.Formats;

/// <summary>
/// The images of one part of a data set, in a stable order. There is no label member: what trains from this interface cannot see one.
/// All members may be called from many threads at once.
/// </summary>
public interface IImageSource : IDisposable
{
    /// <summary>Number of images.</summary>
    int Count { get; }

    /// <summary>
    /// Stable and unique name of an image within its data folder, with '/' between the parts on every system:
    /// <c>pretrain-000000.tar/000123.png</c>, <c>cats/1.jpg</c>, <c>data_batch_1.bin/17</c>.
    /// </summary>
    string Id(int index);

    /// <summary>
    /// Short identity of the image's bytes without reading them: its length, and its container's size and modification time.
    /// The same bytes in the same untouched file give the same stamp; goes into stage keys beside the id.
    /// </summary>
    string Stamp(int index);

    /// <summary>Reads one image's bytes.</summary>
    /// <exception cref="DataChangedException">The file under it is no longer the one that was indexed.</exception>
    ImageBytes Read(int index);

    /// <summary>For messages: <c>12 000 images in 3 shards of /data</c>.</summary>
    string Describe();
}
