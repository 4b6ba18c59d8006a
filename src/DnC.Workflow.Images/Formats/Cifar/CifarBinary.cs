using DnC.Workflow.Images.Formats.Folders;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Images.Formats.Cifar;

/// <summary>
/// CIFAR's binary files: records of label bytes and 3072 bytes of 32×32 pixels in planes R, G, B. CIFAR-10 (<c>data_batch_*.bin</c>,
/// <c>test_batch.bin</c>) has one label byte, CIFAR-100 (<c>train.bin</c>, <c>test.bin</c>) a coarse and a fine one. Source:
/// https://www.cs.toronto.edu/~kriz/cifar.html. Ids are <c>FILE/RECORD</c>, records counted from 0.
/// </summary>
public sealed class CifarBinary : IImageSource
{
    private const int Side = 32;
    private const int PixelBytes = 3 * Side * Side;

    private readonly string _folder;
    private readonly List<CifarFile> _files = [];
    private readonly CifarKind _kind;

    /// <summary>The records of the given files of <paramref name="folder"/>, in the order of the files.</summary>
    /// <exception cref="UserInputException">
    /// A file is missing, has another name than CIFAR's, another kind than the others, or a size that is no whole number of records.
    /// </exception>
    public CifarBinary(string folder, IReadOnlyList<string> fileNames)
    {
        ArgumentNullException.ThrowIfNull(fileNames);
        _folder = ImageFolderListing.Existing(folder);
        if (fileNames.Count == 0) throw new ArgumentException("No files.", nameof(fileNames));
        _kind = KindOf(fileNames[0]);
        try
        {
            foreach (var name in fileNames)
            {
                if (KindOf(name) != _kind)
                    throw new UserInputException($"{name} and {fileNames[0]} in {_folder} are of different CIFAR sets: keep them in folders of their own.");
                _files.Add(CifarFile.Open(_folder, name, _kind, Count));
                Count = _files[^1].First + _files[^1].Count;
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public int Count { get; }

    /// <summary>Names of the classes by label, from the file beside the data; "0", "1" … without it.</summary>
    internal IReadOnlyList<string> ClassNames => _kind.ClassNames(_folder);

    /// <inheritdoc/>
    public string Id(int index)
    {
        var file = FileOf(index);
        return $"{file.Name}/{index - file.First}";
    }

    /// <inheritdoc/>
    public string Stamp(int index) => $"{PixelBytes}-{FileOf(index).Stamp}";

    /// <inheritdoc/>
    public ImageBytes Read(int index)
    {
        var pixels = GC.AllocateUninitializedArray<byte>(PixelBytes);
        FileOf(index).Read(index, _kind.LabelBytes, pixels);
        return ImageBytes.PlanarRgb(pixels, Side, Side);
    }

    /// <summary>The class of an image: for CIFAR-100 the fine one. For label tables alone; no <see cref="IImageSource"/> member.</summary>
    /// <exception cref="UserInputException">The byte is no class of the set.</exception>
    internal byte LabelOf(int index)
    {
        Span<byte> label = stackalloc byte[1];
        FileOf(index).Read(index, _kind.LabelBytes - 1, label);
        return label[0] < _kind.Classes
            ? label[0]
            : throw new UserInputException($"{Id(index)} in {_folder} has the label {label[0]}; {_kind.Name} has 0 to {_kind.Classes - 1}. Fetch the file anew.");
    }

    /// <inheritdoc/>
    public string Describe() => $"{Count} images in {_files.Count} {_kind.Name} files of {_folder}";

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var file in _files) file.Dispose();
    }

    private CifarFile FileOf(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        return _files.FindLast(file => file.First <= index)!;
    }

    private static CifarKind KindOf(string name) => CifarKind.Of(name) ?? throw new UserInputException(
        $"{name} is no CIFAR file by its name: data_batch_*.bin and test_batch.bin (CIFAR-10), train.bin and test.bin (CIFAR-100) are.");
}
