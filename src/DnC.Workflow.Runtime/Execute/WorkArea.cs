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
    /// <summary>Without so much no stage's outputs find room. [ours]</summary>
    private const int ProbeBytes = 1 << 20;

    // A work folder is one process's.
    private static readonly Lock Making = new();

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

    /// <summary>Looks whether attempts can write at all: a sentence with the way out if they cannot, else null.</summary>
    public static string? Trouble(string workRoot)
    {
        var probe = Path.Combine(workRoot, string.Create(CultureInfo.InvariantCulture, $".probe-{Environment.ProcessId}-{Environment.CurrentManagedThreadId}"));
        try
        {
            Durable.CreatePrivate(workRoot);
            using var file = new FileStream(probe, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Options = FileOptions.DeleteOnClose, BufferSize = 0 });
            file.Write(new byte[ProbeBytes]);
            RandomAccess.FlushToDisk(file.SafeFileHandle);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Complaint(workRoot, e);
        }
    }

    /// <summary>What to tell a person of a folder of attempts that cannot be written.</summary>
    public static string Complaint(string folder, Exception e) => DiskFull.IsCauseOf(e)
        ? $"the disk of its work folder '{folder}' is full ({e.Message.TrimEnd('.')}). Make room there, or start the worker with another --work DIR."
        : $"its work folder '{folder}' cannot be written ({e.Message.TrimEnd('.')}). Make it writable, or start the worker with another --work DIR.";

    /// <summary>An empty output folder, and room: of this attempt and earlier ones nothing but the earlier ones' logs stays.</summary>
    /// <exception cref="CannotBeginException">It cannot be made.</exception>
    public void Prepare()
    {
        try
        {
            Clear();

            // Anything there is from an attempt whose number a power cut gave out twice.
            if (Directory.Exists(Folder))
                Directory.Delete(Folder, recursive: true);
            Make(Output);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CannotBeginException(Complaint(Folder, e), e);
        }
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
        try
        {
            foreach (var attempt in Folders(_stageFolder).Where(IsMineOrOlder))
                ClearAttempt(attempt);
            lock (Making)
            {
                DeleteEmpty(_stageFolder);
                DeleteEmpty(Path.GetDirectoryName(_stageFolder)!);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A folder that cannot be written any more. What is left costs room only; whoever wants to write here will say so.
        }
    }

    /// <summary>Deletes all in a stage's folder but its attempts' logs. For a folder on which nothing runs yet.</summary>
    public static void Clear(string stageFolder)
    {
        foreach (var attempt in Folders(stageFolder))
            ClearAttempt(attempt);
        DeleteEmpty(stageFolder);
    }

    /// <summary>Creates a folder in an attempt's. Not while another attempt deletes the empty ones above it.</summary>
    internal static void Make(string folder)
    {
        lock (Making)
            Durable.CreatePrivate(folder);
    }

    private static void ClearAttempt(string attempt)
    {
        foreach (var folder in Folders(attempt))
            Discard(folder);
        DeleteEmpty(attempt);
    }

    private static void DeleteEmpty(string folder)
    {
        if (Directory.Exists(folder) && !Directory.EnumerateFileSystemEntries(folder).Any())
            Directory.Delete(folder);
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
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A killed engine's child may write here for a moment longer. What is left costs room only, until the next attempt or sweep.
        }
    }
}
