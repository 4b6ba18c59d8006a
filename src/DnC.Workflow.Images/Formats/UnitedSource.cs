using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Images.Formats;

/// <summary>The images of several sources one after the other, each id once: a part that lends its images to another counts them alone.</summary>
internal sealed class UnitedSource : IImageSource
{
    private readonly IImageSource[] _sources;
    private readonly (int Source, int Index)[] _images;
    private readonly string _folder;

    /// <param name="folder">Where they are, for messages.</param>
    /// <param name="sources">The sources, which are this one's from now on.</param>
    public UnitedSource(string folder, IReadOnlyList<IImageSource> sources)
    {
        (_folder, _sources) = (folder, [.. sources]);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var images = new List<(int, int)>(_sources.Sum(s => s.Count));
        for (var source = 0; source < _sources.Length; source++)
        {
            for (var index = 0; index < _sources[source].Count; index++)
            {
                if (seen.Add(_sources[source].Id(index))) images.Add((source, index));
            }
        }
        _images = [.. images];
    }

    public int Count => _images.Length;

    public string Id(int index) => Of(index).Id(_images[index].Index);

    public string Stamp(int index) => Of(index).Stamp(_images[index].Index);

    /// <exception cref="DataChangedException">The file under it is no longer the one that was indexed.</exception>
    /// <exception cref="UserInputException">The file may not be read.</exception>
    public ImageBytes Read(int index) => Of(index).Read(_images[index].Index);

    public string Describe() => $"{Count} images in {_folder}";

    public void Dispose()
    {
        foreach (var source in _sources) source.Dispose();
    }

    private IImageSource Of(int index) => _sources[_images[index].Source];
}
