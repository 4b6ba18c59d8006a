using DnC.Workflow.Images.Decoding;
using DnC.Workflow.Images.Formats;
using DnC.Workflow.Report.Facts;

namespace DnC.Workflow.Report.Reading;

/// <summary>The pictures of a report, each once, however many parts show it.</summary>
/// <param name="images">Where they are; null: names alone.</param>
internal sealed class PictureAlbum(TrainingImages? images)
{
    /// <summary>The longer side in pixels. [ours]</summary>
    private const int Side = 64;

    private readonly List<(string Image, int Source)> _pictures = [];
    private readonly Dictionary<string, int> _indexOf = new(StringComparer.Ordinal);

    /// <summary>The place of an image's picture.</summary>
    /// <param name="image">Its id.</param>
    /// <param name="source">Its index in the source, or −1.</param>
    public int Add(string image, int source)
    {
        if (_indexOf.TryGetValue(image, out var known))
            return known;
        _pictures.Add((image, source));
        return _indexOf[image] = _pictures.Count - 1;
    }

    /// <summary>Makes the pictures.</summary>
    public IReadOnlyList<PictureFacts> Develop(MissingParts missing)
    {
        var made = new PictureFacts[_pictures.Count];
        var lost = 0;
        Parallel.For(0, made.Length, () => new Thumbnail(), (i, _, thumbnail) =>
        {
            var (image, source) = _pictures[i];
            var data = Data(thumbnail, image, source);
            if (data is null)
                Interlocked.Increment(ref lost);
            made[i] = new PictureFacts(image, images?.ClassOf(source), data);
            return thumbnail;
        }, _ => { });
        if (lost > 0 && images is not null)
            missing.Add("pictures", $"{lost} of {made.Length} images are gone from the data folder, have changed since the run, or cannot be read.");
        return made;
    }

    private string? Data(Thumbnail thumbnail, string image, int source)
    {
        if (source < 0 || images is null)
            return null;
        try
        {
            return "data:image/webp;base64," + Convert.ToBase64String(thumbnail.WebP(image, images.Source.Read(source), Side));
        }
        catch (Exception e) when (e is BadImageException or DataChangedException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
