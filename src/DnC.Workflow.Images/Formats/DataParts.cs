using DnC.Workflow.Images.Labels;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Images.Formats;

/// <summary>The parts of an opened data folder as images without labels, and what identifies them.</summary>
public sealed class DataParts : IDisposable
{
    private readonly Dictionary<string, IImageSource> _sources = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _digests = new(StringComparer.Ordinal);

    internal DataParts(DataPartition partition, string? labelsFile)
    {
        (Partition, LabelsFile) = (partition, labelsFile);
        try
        {
            foreach (var part in partition.Parts) _sources[part.Name] = Images(partition, part);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The data folder.</summary>
    public string Folder => Partition.Folder;

    /// <summary>What is trained on.</summary>
    public IImageSource Train => _sources[DataPart.Train];

    /// <summary>What probes are fitted on; null where the data has no such part.</summary>
    public IImageSource? Probe => Source(DataPart.Probe);

    /// <summary>What results are measured on; null where the data has no such part.</summary>
    public IImageSource? Test => Source(DataPart.Test);

    /// <summary>The digest of each part there is: 'train', 'probe', 'test', and 'labels' where a file of labels stands beside the images.</summary>
    public IReadOnlyDictionary<string, string> Digests =>
        _sources.Keys.Concat(LabelsFile is null ? [] : [DataPart.Labels]).ToDictionary(part => part, Digest, StringComparer.Ordinal);

    internal DataPartition Partition { get; }

    /// <summary>A file of labels beside the images; null where there is none.</summary>
    internal string? LabelsFile { get; }

    /// <summary>
    /// SHA-256 (hexadecimal) of a part's index: ids and stamps, no image is read. For 'labels' of the file's bytes, which are few.
    /// </summary>
    /// <exception cref="ArgumentException">The data has no such part.</exception>
    public string Digest(string part)
    {
        lock (_digests)
        {
            if (!_digests.TryGetValue(part, out var digest))
            {
                digest = part == DataPart.Labels ? HashBytes(part) : DataIndexDigest.Of(Required(part));
                _digests[part] = digest;
            }
            return digest;
        }
    }

    /// <summary>SHA-256 (hexadecimal) of a part's ids and bytes: every image is read.</summary>
    /// <exception cref="ArgumentException">The data has no such part.</exception>
    /// <exception cref="DataChangedException">A file is no longer the one that was indexed.</exception>
    public string HashBytes(string part, CancellationToken stop = default) =>
        part != DataPart.Labels ? DataIndexDigest.OfBytes(Required(part), stop)
        : LabelsFile is { } file ? DataIndexDigest.OfFile(file)
        : throw new ArgumentException("The data has no file of labels beside the images.", nameof(part));

    /// <summary>Whether every image of a part has a label: for planning, which needs no more of them than that.</summary>
    /// <exception cref="UserInputException">Some images of probe or test have labels and others none, or the labels are malformed.</exception>
    public bool HasLabels(string part) => Source(part) is not null && LabelTable.Open(this, part) is not null;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var source in _sources.Values) source.Dispose();
    }

    /// <summary>The images of one part.</summary>
    /// <exception cref="UserInputException">It holds none, or a file of it is refused.</exception>
    internal static IImageSource Images(DataPartition partition, DataPart part)
    {
        foreach (var file in part.Files) RegularFile.Require(Path.Combine(partition.Folder, file));
        var source = partition.Layout.Open(partition.Folder, part);
        if (source.Count > 0) return source;
        source.Dispose();
        throw new UserInputException(
            $"The part '{part.Name}' of the data folder '{partition.Folder}' holds no images: expected in '{part.Files[0]}' are files "
            + $"with the extension {ImageNames.Expected}.");
    }

    internal IImageSource? Source(string part) => _sources.GetValueOrDefault(part);

    private IImageSource Required(string part) =>
        Source(part) ?? throw new ArgumentException($"The data has no part '{part}'; it has {string.Join(", ", _sources.Keys)}.", nameof(part));
}
