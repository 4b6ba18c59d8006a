using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Runtime.TestHost.Journals;

/// <summary>
/// What one process noted, a line at a time, each by a single write: whenever the process is killed, what it had noted is there.
/// </summary>
public sealed class Journal : IDisposable
{
    private readonly Lock _lock = new();
    private readonly FileStream _file;

    private Journal(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        _file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
    }

    /// <summary>Its own among all there ever were.</summary>
    public string Name => Path.GetFileName(_file.Name);

    /// <summary>The journal of a worker's or pacer's process.</summary>
    public static Journal OfThisProcess(string folder)
    {
        using var self = Process.GetCurrentProcess();
        return new Journal(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"process-{self.Id}-{self.StartTime.Ticks:x}")));
    }

    /// <summary>The journal of an attempt's body.</summary>
    public static Journal OfBody(string folder, string name) => new(Path.Combine(folder, name));

    /// <summary>Notes an entry.</summary>
    public void Note<T>(T? entry)
    {
        if (entry is null)
            return;
        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(entry, SpecJson.Options), (byte)'\n'];
        lock (_lock)
            _file.Write(line);
    }

    /// <summary>All that was noted in a folder of attempts: in order within each process.</summary>
    public static IReadOnlyList<JournalEntry> ReadAll(string folder) => ReadAll<JournalEntry>(folder);

    /// <summary>All that was noted in a folder: in order within each process.</summary>
    public static IReadOnlyList<T> ReadAll<T>(string folder) => !Directory.Exists(folder)
        ? []
        : [.. Directory.GetFiles(folder).Order(StringComparer.Ordinal).SelectMany(File.ReadAllLines)
            .Select(l => JsonSerializer.Deserialize<T>(l, SpecJson.Options) ?? throw new InvalidDataException(l))];

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
