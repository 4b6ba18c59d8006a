using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Images.Formats.Cifar;

/// <summary>What tells the two CIFAR sets apart.</summary>
/// <param name="Name">For messages.</param>
/// <param name="LabelBytes">Bytes before the pixels; the last of them is the class.</param>
/// <param name="Classes">Number of classes.</param>
/// <param name="NamesFile">The file beside the data that names the classes, one a line.</param>
internal sealed record CifarKind(string Name, int LabelBytes, int Classes, string NamesFile)
{
    private static readonly CifarKind Ten = new("CIFAR-10", 1, 10, "batches.meta.txt");
    private static readonly CifarKind Hundred = new("CIFAR-100", 2, 100, "fine_label_names.txt");

    /// <summary>Bytes of a record.</summary>
    public int RecordBytes => LabelBytes + 3072;

    /// <summary>By the file's name; null for another file.</summary>
    public static CifarKind? Of(string fileName) => fileName switch
    {
        "train.bin" or "test.bin" => Hundred,
        "test_batch.bin" => Ten,
        _ when fileName.StartsWith("data_batch", StringComparison.Ordinal) && fileName.EndsWith(".bin", StringComparison.Ordinal) => Ten,
        _ => null,
    };

    /// <summary>The names in <see cref="NamesFile"/>, or the numbers if there is no such file.</summary>
    /// <exception cref="UserInputException">The file names another number of classes.</exception>
    public IReadOnlyList<string> ClassNames(string folder)
    {
        var path = Path.Combine(folder, NamesFile);
        if (!File.Exists(path)) return [.. Enumerable.Range(0, Classes).Select(label => $"{label}")];
        RegularFile.Require(path);
        var names = File.ReadLines(path).Select(line => line.Trim()).Where(line => line.Length > 0).ToArray();
        return names.Length == Classes
            ? names
            : throw new UserInputException($"{path} names {names.Length} classes, {Name} has {Classes}: mend the file or remove it.");
    }
}
