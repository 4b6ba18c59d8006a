using System.Globalization;
using DnC.Workflow.Runtime.Artifacts;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Execute;

/// <summary>
/// Where one attempt writes on this machine: 'work/RUN/STAGE/GENERATION-ATTEMPT' with 'output', 'checkpoints/STEP', copies of what it reads,
/// and 'log.txt'. No two attempts share a folder, so a lost one can spoil nothing. But for the log it is scratch: what shall outlast the
/// attempt is sealed into the artifact store.
/// </summary>
public sealed class WorkArea
{
    private readonly string _stageFolder;
    private readonly (int Generation, int Attempt) _number;

    /// <summary>The area of an attempt; nothing is made yet.</summary>
    /// <param name="workRoot">The folder of all attempts' areas.</param>
    /// <param name="claim">The claimed stage.</param>
    public WorkArea(string workRoot, StageClaim claim)
    {
        _stageFolder = StageFolder(workRoot, claim.Ticket.Run, claim.Node.Name);
        _number = (claim.Generation, claim.Attempt);
        Folder = AttemptFolder(workRoot, claim.Ticket.Run, claim.Node.Name, claim.Generation, claim.Attempt);
        Location = Locations.OfAttempt(claim.Ticket.Run, claim.Node.Name, claim.Generation, claim.Attempt);
    }

    /// <summary>The attempt's folder.</summary>
    public string Folder { get; }

    /// <summary>Where the artifact store shall keep the outputs.</summary>
    public string Location { get; }

    /// <summary>The body's outputs.</summary>
    public string Output => Path.Combine(Folder, "output");

    /// <summary>The parent of the attempt's checkpoints as the body writes them.</summary>
    public string Checkpoints => Path.Combine(Folder, "checkpoints");

    /// <summary>Files that the body reads, where the store has no folder of its own to show.</summary>
    public string Inputs => Path.Combine(Folder, "inputs");

    /// <summary>The checkpoint that the body goes on from, where the store has no folder of its own to show.</summary>
    public string Resume => Path.Combine(Folder, "resume");

    /// <summary>The attempt's log.</summary>
    public string Log => LogOf(Folder);

    /// <summary>The folder of a run's stages.</summary>
    public static string RunFolder(string workRoot, string run) => Path.Combine(workRoot, ArtifactNames.Segment(run));

    /// <summary>The folder of a stage's attempts.</summary>
    public static string StageFolder(string workRoot, string run, string stage) => Path.Combine(RunFolder(workRoot, run), ArtifactNames.Segment(stage));

    /// <summary>The folder of an attempt.</summary>
    public static string AttemptFolder(string workRoot, string run, string stage, int generation, int attempt) =>
        Path.Combine(StageFolder(workRoot, run, stage), string.Create(CultureInfo.InvariantCulture, $"{generation}-{attempt}"));

    /// <summary>The log in an attempt's folder.</summary>
    public static string LogOf(string attemptFolder) => Path.Combine(attemptFolder, "log.txt");

    /// <summary>An empty output folder, and room: of this attempt and earlier ones nothing but the earlier ones' logs stays.</summary>
    public void Prepare()
    {
        Clear();

        // Anything there is from an attempt whose number a power cut gave out twice.
        if (Directory.Exists(Folder))
            Directory.Delete(Folder, recursive: true);
        Durable.CreatePrivate(Output);
    }

    /// <summary>
    /// The same files once more, by hard link: this folder is for the store to consume, while the body's own stays for its next
    /// checkpoint to take finished files from.
    /// </summary>
    /// <param name="checkpoint">A checkpoint folder of this attempt.</param>
    /// <exception cref="ArgumentException">It is not directly in <see cref="Checkpoints"/>.</exception>
    public string Twin(string checkpoint)
    {
        var full = Path.GetFullPath(checkpoint);
        if (Path.GetDirectoryName(full) != Path.GetFullPath(Checkpoints))
            throw new ArgumentException($"'{checkpoint}' is no checkpoint folder of this attempt.", nameof(checkpoint));
        var twin = Path.Combine(Folder, "sealing");
        Discard(twin);
        HardLinks.OrCopyFolder(full, twin);
        return twin;
    }

    /// <summary>Deletes the body's checkpoint folders but one.</summary>
    public void KeepOnly(string checkpoint)
    {
        foreach (var folder in Folders(Checkpoints))
        {
            if (folder != Path.GetFullPath(checkpoint))
                Discard(folder);
        }
    }

    /// <summary>Deletes all that this attempt and earlier ones wrote here but their logs. A rerun's attempt may be under way beside them.</summary>
    public void Clear()
    {
        foreach (var attempt in Folders(_stageFolder).Where(IsMineOrOlder))
            ClearAttempt(attempt);
    }

    /// <summary>Deletes all in a stage's folder but its attempts' logs. For a folder on which nothing runs yet.</summary>
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
            // A killed engine's child may write here for a moment longer. What is left costs room only, until the next attempt or sweep.
        }
    }
}
