using System.Globalization;
using DnC.Workflow.Runtime.Artifacts;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Execute;

/// <summary>
/// Where one attempt writes: 'work/RUN/STAGE/GENERATION-ATTEMPT' with 'output', 'checkpoints/STEP' and 'log.txt'.
/// No two attempts share a folder, so a lost one can spoil nothing.
/// </summary>
public sealed class WorkArea
{
    private readonly string _workRoot;
    private readonly string _stageFolder;
    private readonly (int Generation, int Attempt) _number;

    /// <summary>The area of an attempt; nothing is made yet.</summary>
    /// <param name="workRoot">The folder of all attempts' areas.</param>
    /// <param name="claim">The claimed stage.</param>
    public WorkArea(string workRoot, StageClaim claim)
    {
        _workRoot = workRoot;
        _stageFolder = StageFolder(workRoot, claim.Ticket.Run, claim.Node.Name);
        _number = (claim.Generation, claim.Attempt);
        Name = string.Create(CultureInfo.InvariantCulture, $"{claim.Generation}-{claim.Attempt}");
        Folder = Path.Combine(_stageFolder, Name);
        Location = $"{ArtifactNames.Segment(claim.Ticket.Run)}/{ArtifactNames.Segment(claim.Node.Name)}.{Name}";
    }

    /// <summary>'GENERATION-ATTEMPT'.</summary>
    public string Name { get; }

    /// <summary>The attempt's folder.</summary>
    public string Folder { get; }

    /// <summary>Where the artifact store shall keep the outputs.</summary>
    public string Location { get; }

    /// <summary>The body's outputs.</summary>
    public string Output => Path.Combine(Folder, "output");

    /// <summary>The parent of the attempt's checkpoints.</summary>
    public string Checkpoints => Path.Combine(Folder, "checkpoints");

    /// <summary>The attempt's log.</summary>
    public string Log => Path.Combine(Folder, "log.txt");

    /// <summary>The folder of a stage's attempts.</summary>
    public static string StageFolder(string workRoot, string run, string stage) =>
        Path.Combine(workRoot, ArtifactNames.Segment(run), ArtifactNames.Segment(stage));

    /// <summary>An empty output folder. Anything there is from an attempt whose number a power cut gave out twice.</summary>
    public void Prepare()
    {
        if (Directory.Exists(Folder))
            Directory.Delete(Folder, recursive: true);
        Durable.CreatePrivate(Output);
    }

    /// <summary>The local folder of a resume point, or null where it is gone: then the body starts afresh.</summary>
    public string? Resolve(CheckpointRef? checkpoint)
    {
        if (checkpoint is null)
            return null;
        var folder = ArtifactNames.Under(_workRoot, checkpoint.Location);
        return Directory.Exists(folder) ? folder : null;
    }

    /// <summary>How the ledger names a checkpoint folder of this attempt.</summary>
    /// <exception cref="ArgumentException">It is not directly in <see cref="Checkpoints"/>.</exception>
    public CheckpointRef Refer(string folder, long step)
    {
        var full = Path.GetFullPath(folder);
        if (Path.GetDirectoryName(full) != Path.GetFullPath(Checkpoints))
            throw new ArgumentException($"'{folder}' is no checkpoint folder of this attempt.", nameof(folder));
        return new CheckpointRef(Path.GetRelativePath(_workRoot, full).Replace(Path.DirectorySeparatorChar, '/'), step);
    }

    /// <summary>Deletes every checkpoint up to this attempt's but the one that the ledger names, and earlier outputs. Logs stay.</summary>
    /// <param name="current">The resume point, or null.</param>
    public void Prune(CheckpointRef? current)
    {
        var keep = current is null ? null : ArtifactNames.Under(_workRoot, current.Location);
        foreach (var attempt in Folders(_stageFolder).Where(IsMineOrOlder))
        {
            foreach (var checkpoint in Folders(Path.Combine(attempt, "checkpoints")))
            {
                if (checkpoint != keep)
                    Discard(checkpoint);
            }

            if (attempt != Folder)
                Discard(Path.Combine(attempt, "output"));
        }
    }

    /// <summary>Deletes this attempt's outputs, and so makes room.</summary>
    public void DropOutput() => Discard(Output);

    /// <summary>Deletes all that this attempt and earlier ones wrote but their logs. A rerun's attempt may be under way beside them.</summary>
    public void Clear()
    {
        foreach (var attempt in Folders(_stageFolder).Where(IsMineOrOlder))
            ClearAttempt(attempt);
    }

    /// <summary>Deletes all in an ended stage's folder but its attempts' logs. For a root on which nothing runs yet.</summary>
    public static void Clear(string stageFolder)
    {
        foreach (var attempt in Folders(stageFolder))
            ClearAttempt(attempt);
        if (!Directory.EnumerateFileSystemEntries(stageFolder).Any())
            Directory.Delete(stageFolder);
    }

    private static void ClearAttempt(string attempt)
    {
        foreach (var folder in Folders(attempt))
            Discard(folder);
        if (!Directory.EnumerateFileSystemEntries(attempt).Any())
            Directory.Delete(attempt);
    }

    private bool IsMineOrOlder(string attempt)
    {
        var parts = Path.GetFileName(attempt).Split('-');
        return parts.Length == 2
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var generation)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && (generation, number).CompareTo(_number) <= 0;
    }

    private static string[] Folders(string parent) => Directory.Exists(parent) ? Directory.GetDirectories(parent) : [];

    private static void Discard(string folder)
    {
        try
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }
        catch (IOException)
        {
            // A killed engine's child may write here for a moment longer. What is left costs room only, until the next pruning or sweep.
        }
    }
}
