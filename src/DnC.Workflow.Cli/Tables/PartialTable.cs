using System.Globalization;
using System.Text.Json;
using DnC.Workflow.Learning.Clustering;
using DnC.Workflow.Runtime.Artifacts;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Cli.Tables;

/// <summary>
/// A table on its way: a folder 'FILE.partial' beside it, to which segments are added one by one, each whole or not there. Whoever makes the
/// same table again after a kill goes on behind the last. The table itself appears at once, at the end.
/// </summary>
/// <remarks>A segment is there when its list is; the rows were put on the disk before it.</remarks>
internal sealed class PartialTable : IDisposable
{
    private const string JobFile = "job.json";
    private readonly string _file;
    private readonly string _folder;
    private readonly FileStream _lock;

    private PartialTable(string file, string folder, FileStream guard) => (_file, _folder, _lock) = (file, folder, guard);

    /// <summary>Segments that are there.</summary>
    public int Segments { get; private set; }

    /// <summary>Begins a table, or goes on with it.</summary>
    /// <param name="file">The table.</param>
    /// <param name="job">All that its bytes depend on, by name.</param>
    /// <param name="force">Whether a table that is there is replaced, and another one that was begun is dropped.</param>
    /// <exception cref="UserInputException">The table is there, or another one was begun under its name, or another process is at it.</exception>
    public static PartialTable Open(string file, IReadOnlyDictionary<string, string> job, bool force)
    {
        var full = Path.GetFullPath(file);
        if (Directory.Exists(full))
            throw new UserInputException($"--out {file}: is a folder; expected a file.");
        if (File.Exists(full) && !force)
            throw new UserInputException($"--out {file}: is there already. --force replaces it; or name another file.");
        var folder = full + ".partial";
        Directory.CreateDirectory(folder);
        var table = new PartialTable(full, folder, Lock(file, folder));
        try
        {
            table.Claim(file, job, force);
            return table;
        }
        catch
        {
            table.Dispose();
            throw;
        }
    }

    /// <summary>Adds the next segment.</summary>
    public void Add(IReadOnlyList<string> ids, ReadOnlySpan<float> values, int width, IReadOnlyList<SkippedImage> skipped)
    {
        FeatureMatrix.Write(At(Segments, ".f32"), width, values);
        WriteJson(At(Segments, ".json"), new Segment(ids, skipped));
        Segments++;
    }

    /// <summary>The rows of all segments, one segment at a time.</summary>
    public IEnumerable<TablePart> Parts()
    {
        for (var number = 0; number < Segments; number++)
        {
            using var rows = FeatureMatrix.Open(At(number, ".f32"));
            yield return new TablePart(List(number).Ids, rows.Block(0, rows.Rows).ToArray());
        }
    }

    /// <summary>Rows of all segments.</summary>
    public long Rows => Enumerable.Range(0, Segments).Sum(n => (long)List(n).Ids.Count);

    /// <summary>Images without a row, in their order.</summary>
    public IReadOnlyList<SkippedImage> Skipped => [.. Enumerable.Range(0, Segments).SelectMany(n => List(n).Skipped)];

    /// <summary>Makes the table of all segments; then nothing else is left.</summary>
    public void Finish(ITableFormat format, TableShape shape)
    {
        var (whole, ids) = (Path.Combine(_folder, "whole"), format.IdsBeside(_file) is null ? null : Path.Combine(_folder, "ids"));
        File.Delete(whole);
        if (ids is not null)
            File.Delete(ids);
        format.Write(whole, ids, shape, Rows, Parts());
        if (ids is not null)
            File.Move(ids, format.IdsBeside(_file)!, overwrite: true);
        File.Move(whole, _file, overwrite: true);
        Durable.FlushFolder(Path.GetDirectoryName(_file)!);
        Discard();
    }

    /// <summary>Leaves nothing of it.</summary>
    public void Discard()
    {
        Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Lets go of it, for who comes next.</summary>
    public void Dispose() => _lock.Dispose();

    private static FileStream Lock(string file, string folder)
    {
        try
        {
            return new FileStream(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new UserInputException($"--out {file}: another process is writing it (it has {folder}). Wait for it, or name another file.", e);
        }
    }

    private void Claim(string file, IReadOnlyDictionary<string, string> job, bool force)
    {
        var path = Path.Combine(_folder, JobFile);
        var begun = File.Exists(path) ? JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(path)) : null;
        var differs = begun is null ? [] : job.Keys.Where(k => begun.GetValueOrDefault(k) != job[k]).ToList();
        if (differs.Count > 0 && !force)
        {
            throw new UserInputException(
                $"--out {file}: {_folder} was begun with another {string.Join(" and another ", differs)}. Give the same again to go on, --force to begin anew, or name another file.");
        }

        if (begun is null || differs.Count > 0)
        {
            foreach (var left in Directory.EnumerateFiles(_folder).Where(f => Path.GetFileName(f) != "lock"))
                File.Delete(left);
            WriteJson(path, job);
        }

        while (File.Exists(At(Segments, ".json")))
            Segments++;
    }

    private Segment List(int number) => JsonSerializer.Deserialize<Segment>(File.ReadAllText(At(number, ".json")), SpecJson.Options)!;

    private static void WriteJson<T>(string path, T value)
    {
        var partial = path + ".new";
        File.WriteAllText(partial, JsonSerializer.Serialize(value, SpecJson.Options));
        Durable.FlushFile(partial);
        File.Move(partial, path, overwrite: true);
        Durable.FlushFolder(Path.GetDirectoryName(path)!);
    }

    private string At(int number, string extension) => Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"{number:D6}{extension}"));

    private sealed record Segment(IReadOnlyList<string> Ids, IReadOnlyList<SkippedImage> Skipped);
}

/// <summary>An image that was no image, and why.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Reason">What was found.</param>
internal sealed record SkippedImage(string Id, string Reason);
