using System.Text.Json;

namespace DnC.Workflow.Images.Demo;

/// <summary>What a demo folder says of itself, written last: its options and the length of each of its files.</summary>
internal sealed record DemoManifest(int Version, DemoOptions Options, SortedDictionary<string, long> Files)
{
    /// <summary>Raised by hand when the same options give other pictures.</summary>
    public const int Current = 1;

    public const string FileName = "demo.json";

    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static DemoManifest Of(string folder, DemoOptions options)
    {
        var files = new DirectoryInfo(folder).EnumerateFiles().ToDictionary(file => file.Name, file => file.Length);
        return new DemoManifest(Current, options, new SortedDictionary<string, long>(files, StringComparer.Ordinal));
    }

    public void Write(string folder)
    {
        using var file = File.Create(Path.Combine(folder, FileName));
        JsonSerializer.Serialize(file, this, Format);
        file.Flush(flushToDisk: true);
    }

    /// <summary>The manifest of a folder; null where there is none that can be read.</summary>
    public static DemoManifest? Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path)) return null;
        try
        {
            return JsonSerializer.Deserialize<DemoManifest>(File.ReadAllText(path), Format);
        }
        catch (JsonException)
        {
            // A damaged manifest is an incomplete set, which is rendered again.
            return null;
        }
    }

    /// <summary>Whether a folder holds this version's set of these options, whole.</summary>
    public static bool Complete(string folder, DemoOptions options) =>
        Read(folder) is { Version: Current } manifest && manifest.Options == options && manifest.Files is { Count: > 0 }
        && manifest.Files.All(file => new FileInfo(Path.Combine(folder, file.Key)) is { Exists: true } info && info.Length == file.Value);
}
