using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using DnC.Workflow.Images.Loading;
using DnC.Workflow.Learning.Native;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Learning.Phases;

/// <summary>
/// The resume point of one pass over a set, in a folder of its own within a stage's checkpoint: how many of its images are done, and what was
/// made of them as segment files. A checkpoint writes only what is new since the one before it, as one more segment; earlier ones come along
/// by hard link.
/// </summary>
/// <remarks>
/// A segment is never written to again once its checkpoint is there, by this attempt or by any other: each attempt writes its output and its
/// new segments to files of its own. So a stale attempt that is still running can change nothing that its successor goes on from, and a
/// checkpoint that was deleted takes no bytes from those that link to them. The cost of all checkpoints of a pass together is its output
/// once more, however many there are.
/// </remarks>
/// <param name="set">The images of the pass.</param>
/// <param name="number">Which of the stage's passes it is, from 0.</param>
internal sealed class PassCheckpoint(ImageSet set, int number)
{
    private const string Facts = "pass.json";
    private readonly List<string> _digests = [];
    private List<string> _segments = [];

    /// <summary>Images of the set that are done, bad ones included: where to go on.</summary>
    public int Next { get; private set; }

    /// <summary>The segments' files, in the order of their images.</summary>
    public IReadOnlyList<string> Segments => _segments;

    /// <summary>The readable ones among the images before a place, in their order: those that the segments tell of.</summary>
    public IEnumerable<int> Readable(int before) => Enumerable.Range(0, before).Where(i => !set.Bad.Contains(i));

    /// <summary>Whether a checkpoint holds this pass.</summary>
    public bool IsIn(string? checkpoint) => checkpoint is not null && Directory.Exists(Folder(checkpoint, number));

    /// <summary>Adds the pass to a checkpoint that is not committed yet.</summary>
    /// <param name="checkpoint">The checkpoint's folder.</param>
    /// <param name="next">Images done now.</param>
    /// <param name="writeNew">Writes what is new since the last save to a file and forces it to disk.</param>
    public void Save(string checkpoint, int next, Action<string> writeNew)
    {
        var folder = Directory.CreateDirectory(Folder(checkpoint, number)).FullName;
        var segments = new List<string>(_segments.Count + 1);
        foreach (var segment in _segments)
        {
            segments.Add(Segment(folder, segments.Count));
            HardLink.OrCopy(segment, segments[^1]);
        }

        segments.Add(Segment(folder, segments.Count));
        writeNew(segments[^1]);
        _digests.Add(Digest(segments[^1]));
        Write(folder, new Saved(next, Bad(next), _digests));
        (Next, _segments) = (next, segments);
    }

    /// <summary>Goes on from a checkpoint; bad images before its place are looked at again, so that they are counted and listed.</summary>
    /// <exception cref="InvalidDataException">It is damaged; nothing was taken from it.</exception>
    public void Load(string checkpoint)
    {
        var folder = Folder(checkpoint, number);
        var path = Path.Combine(folder, Facts);
        Saved saved;
        try
        {
            saved = JsonSerializer.Deserialize<Saved>(File.ReadAllBytes(path), SpecJson.Options) ?? throw new JsonException("it is empty");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path}: no checkpoint of a pass: {e.Message}", e);
        }

        if (saved.Next < 0 || saved.Next > set.Count || saved.Bad is null || saved.Digests is null || saved.Bad.Any(i => i < 0 || i >= saved.Next))
            throw new InvalidDataException($"{path}: tells of {saved.Next} images of {set.Count}");
        List<string> segments = [.. saved.Digests.Select((_, i) => Segment(folder, i))];
        for (var i = 0; i < segments.Count; i++)
        {
            if (!File.Exists(segments[i]) || Digest(segments[i]) != saved.Digests[i])
                throw new InvalidDataException($"{segments[i]}: its bytes are not those that were written");
        }

        if (saved.Bad.Any(i => set.Load(i) is not null))
            throw new InvalidDataException($"{path}: an image that could not be read then can be read now");
        _digests.Clear();
        _digests.AddRange(saved.Digests);
        (Next, _segments) = (saved.Next, segments);
    }

    /// <summary>Back to the beginning: what was loaded is not used.</summary>
    public void Forget()
    {
        _digests.Clear();
        (Next, _segments) = (0, []);
    }

    /// <summary>The pass at its end: all that later checkpoints need of it. Lets go of the set and its decoded images.</summary>
    /// <param name="path">Its whole output, complete and on the disk; nobody writes to it any more.</param>
    public Finished Finish(string path) => new(path, number, set.Count, Bad(set.Count));

    private int[] Bad(int before) => [.. set.Bad.Images.Select(b => b.Index).Where(i => i < before)];

    private static void Write(string folder, Saved saved)
    {
        using var file = new FileStream(Path.Combine(folder, Facts), FileMode.CreateNew, FileAccess.Write);
        JsonSerializer.Serialize(file, saved, SpecJson.Options);
        file.Flush(flushToDisk: true);
    }

    private static string Folder(string checkpoint, int number) => Path.Combine(checkpoint, string.Create(CultureInfo.InvariantCulture, $"pass-{number:D4}"));

    private static string Segment(string folder, int number) => Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"segment-{number:D6}.bin"));

    private static string Digest(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    /// <summary>A finished pass, whose output is its one segment.</summary>
    public sealed class Finished(string path, int number, int images, int[] bad)
    {
        // Of files of gigabytes, and most stages end before the next checkpoint: computed when there is one.
        private readonly Lazy<string> _digest = new(() => Digest(path));

        /// <summary>Adds the pass to a checkpoint that is not committed yet.</summary>
        public void Save(string checkpoint)
        {
            var folder = Directory.CreateDirectory(Folder(checkpoint, number)).FullName;
            HardLink.OrCopy(path, Segment(folder, 0));
            Write(folder, new Saved(images, bad, [_digest.Value]));
        }
    }

    private sealed record Saved(int Next, int[] Bad, IReadOnlyList<string> Digests);
}
