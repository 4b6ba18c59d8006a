using DnC.Workflow.Images.Formats;
using DnC.Workflow.Images.Formats.Tar;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Images.Labels;

/// <summary>
/// A <c>labels.csv</c> beside the images: a header, then a row for each image. Columns: <c>file</c>, and <c>class_id</c> or <c>class</c> or
/// both; where they are there, <c>split</c>, <c>domain_id</c> and <c>domain</c>; others are passed over.
/// </summary>
/// <remarks>
/// <c>file</c> is an image's id, or its name within its part (<c>000123.png</c> of a shard), alone or below the part's name
/// (<c>pretrain/000123.png</c>).
/// </remarks>
internal sealed class LabelCsv
{
    private readonly string _path;
    private readonly List<LabelRow> _rows = [];
    private readonly Dictionary<string, int> _byFile = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Part, string Name), int> _byPart = [];

    private LabelCsv(string path) => _path = path;

    /// <summary>All rows, of every part.</summary>
    public IReadOnlyCollection<LabelRow> Rows => _rows;

    /// <summary>The file of labels of a data folder, or null.</summary>
    public static string? In(DataListing listing) => listing.Files.Contains("labels.csv") ? Path.Combine(listing.Folder, "labels.csv") : null;

    /// <summary>Checks that a file is one of labels by its first line: another table of this name would pass for data without labels.</summary>
    /// <exception cref="UserInputException">It has other columns, or it is no plain file: says what was found and what is expected.</exception>
    public static void RequireHeader(string path)
    {
        RegularFile.Require(path);
        CheckHeader(path, CsvRows.Of(path).Select(row => row.Fields).FirstOrDefault());
    }

    /// <summary>Reads a file of labels; null where it labels nothing.</summary>
    /// <exception cref="UserInputException">Its columns are not those of one, a row of it is malformed, or it names a file twice.</exception>
    public static LabelCsv? Read(string path)
    {
        var csv = new LabelCsv(path);
        string[]? header = null;
        foreach (var (line, fields) in CsvRows.Of(path))
        {
            if (header is null) CheckHeader(path, header = fields);
            else csv.Add(line, fields, header);
        }
        return csv._rows.Count > 0 ? csv : null;
    }

    /// <summary>The rows of a part's images, in their order; null where it has none for the part.</summary>
    /// <exception cref="UserInputException">It has rows for some images of probe or test, or one row fits two images.</exception>
    public LabelRow[]? RowsOf(DataPart part, IDataLayout layout, IImageSource images)
    {
        var rows = new LabelRow?[images.Count];
        var taken = new Dictionary<int, int>();
        for (var i = 0; i < rows.Length; i++)
        {
            if (Find(part.Name, images.Id(i), layout.NameInPart(part, images, i)) is not { } row) continue;
            if (!taken.TryAdd(row, i))
            {
                throw LabelRefusal.Of(
                    $"'{_path}'",
                    $"one row fits both '{images.Id(taken[row])}' and '{images.Id(i)}'. Write these ids in the column 'file', a row for each.");
            }
            rows[i] = _rows[row];
        }
        return LabelRefusal.Whole(rows, part, $"'{_path}'", images.Id);
    }

    private static void CheckHeader(string path, string[]? header)
    {
        if (header is not null && header.Contains("file") && (header.Contains("class") || header.Contains("class_id"))) return;
        var found = header is null ? "the file is empty" : $"its header is '{TarRefusal.Shown(string.Join(',', header))}'";
        throw LabelRefusal.Of(
            $"'{path}'",
            $"{found}; expected are the columns 'file' and 'class_id' or 'class' (and, if there are any, 'split', 'domain_id' and 'domain'). Rename "
            + "the columns, or give the file another name: then the images have no labels, or those of their folders or shards.");
    }

    private int? Find(string part, string id, string name) =>
        _byFile.TryGetValue(id, out var row) || _byPart.TryGetValue((part, name), out row) || _byPart.TryGetValue(("", name), out row) ? row : null;

    private void Add(int line, string[] fields, string[] header)
    {
        if (fields.Length != header.Length)
            throw LabelRefusal.Of($"'{_path}'", $"line {line} has {fields.Length} fields, the header has {header.Length}.");
        var place = $"'{_path}', line {line}";
        var row = new LabelRow(Id("class_id"), Text("class"), Id("domain_id"), Text("domain"));
        if (Text("file") is not { } file) throw LabelRefusal.Of(place, "the column 'file' is empty.");
        // An image that is listed without a class has no label.
        if (row is { ClassId: null, Class: null }) return;
        if (!_byFile.TryAdd(file, _rows.Count)) throw LabelRefusal.Of(place, $"'{file}' has a row above: give each file one.");
        AddNames(file, Text("split"));
        _rows.Add(row);

        string? Text(string column) => Array.IndexOf(header, column) is >= 0 and var i && fields[i].Length > 0 ? fields[i] : null;
        int? Id(string column) => Text(column) is { } text ? LabelRefusal.Number(text, place, column) : null;
    }

    private void AddNames(string file, string? split)
    {
        var slash = file.IndexOf('/', StringComparison.Ordinal);
        var first = slash < 0 ? null : PartOf(file[..slash]);
        var part = split is null ? first ?? "" : PartOf(split);
        // A split that is no part of ours: its rows are found by id alone.
        if (part is null) return;
        _byPart.TryAdd((part, file), _rows.Count);
        if (first == part) _byPart.TryAdd((part, file[(slash + 1)..]), _rows.Count);
    }

    private static string? PartOf(string split) => split.ToUpperInvariant() switch
    {
        "TRAIN" or "PRETRAIN" => DataPart.Train,
        "PROBE" or "VAL" or "VALID" or "VALIDATION" => DataPart.Probe,
        "TEST" => DataPart.Test,
        _ => null,
    };
}
