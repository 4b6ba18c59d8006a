using System.Globalization;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Images.Formats.Tar;

/// <summary>
/// The images of WebDataset shards, in the order of the shards and of their members: the files with an image's extension; the label files
/// beside them are not seen. Random access: an image costs the reading of its own bytes.
/// </summary>
public sealed class TarShards : IImageSource
{
    /// <summary>Bytes of one image file [ours]; what is larger is refused when the shard is indexed.</summary>
    public const int MaxImageBytes = 1 << 28;

    private readonly string _folder;
    private readonly IReadOnlyList<string> _names;
    private readonly TarIndex[] _shards;
    private readonly (int Shard, int Member)[] _images;
    private readonly ShardHandles _handles;

    /// <summary>Indexes the shards.</summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="shards">Paths of the shards in it, relative, with '/' between the parts, in the order to keep.</param>
    /// <exception cref="UserInputException">
    /// A shard is unreadable, truncated or hostile (see <see cref="TarIndex"/>), or has two images in one sample.
    /// </exception>
    public TarShards(string folder, IReadOnlyList<string> shards)
    {
        ArgumentNullException.ThrowIfNull(shards);
        foreach (var name in shards)
        {
            // The shard's name is part of ids, which stand one a line in member lists.
            if (TarNames.Check(name, out _) is { } wrong)
                throw new UserInputException($"The shard '{TarRefusal.Shown(name)}' of the data folder '{folder}' cannot be used: {wrong} Rename it.");
        }
        _folder = folder;
        _names = shards;
        _shards = [.. shards.Select(name => TarIndex.Scan(Path.Combine(folder, name)))];
        foreach (var shard in _shards) SampleCheck.OneImageEach(shard);
        _images = [.. _shards.SelectMany((index, shard) => Images(index).Select(member => (shard, member)))];
        _handles = new ShardHandles(_shards);
    }

    /// <inheritdoc/>
    public int Count => _images.Length;

    /// <inheritdoc/>
    public string Id(int index) => $"{_names[_images[index].Shard]}/{Member(index).Name}";

    /// <summary>Name of an image within its shard.</summary>
    public string MemberName(int index) => Member(index).Name;

    /// <inheritdoc/>
    public string Stamp(int index) =>
        string.Create(CultureInfo.InvariantCulture, $"{Member(index).Size}:{_shards[_images[index].Shard].Identity}");

    /// <inheritdoc/>
    public ImageBytes Read(int index)
    {
        var member = Member(index);
        var bytes = new byte[member.Size];
        _handles.Read(_images[index].Shard, bytes, member.Offset);
        return ImageBytes.Compressed(bytes);
    }

    /// <inheritdoc/>
    public string Describe() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Count} {(Count == 1 ? "image" : "images")} in {_shards.Length} {(_shards.Length == 1 ? "shard" : "shards")} of {_folder}");

    /// <inheritdoc/>
    public void Dispose() => _handles.Dispose();

    private static IEnumerable<int> Images(TarIndex index)
    {
        for (var i = 0; i < index.Members.Count; i++)
        {
            var member = index.Members[i];
            if (!ImageNames.IsImage(member.Name)) continue;
            if (member.Size > MaxImageBytes)
            {
                throw TarRefusal.Of(
                    index.Path,
                    member.Offset,
                    member.Name,
                    $"an image file of {member.Size} bytes is absurd (at most {MaxImageBytes} are read).");
            }
            yield return i;
        }
    }

    private TarMember Member(int index) => _shards[_images[index].Shard].Members[_images[index].Member];
}
