using System.Globalization;
using DnC.Workflow.Runtime.Artifacts;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Runtime.Execute.Body;

/// <summary>Checkpoints of one attempt: folders of its own, fsynced here, named by the ledger through <paramref name="commit"/>.</summary>
/// <param name="parent">The parent folder of this attempt's checkpoints.</param>
/// <param name="resumeFolder">The checkpoint to go on from, or null.</param>
/// <param name="commit">Asks the ledger; false: the attempt is not the current one any more.</param>
public sealed class AttemptCheckpoints(string parent, string? resumeFolder, Func<string, long, bool> commit) : ICheckpoints
{
    /// <inheritdoc/>
    public string? ResumeFolder => resumeFolder;

    /// <inheritdoc/>
    public string Begin(long step)
    {
        // Never a folder that exists: it may be the resume point, when a body checkpoints twice at one step.
        var name = step.ToString(CultureInfo.InvariantCulture);
        var folder = Path.Combine(parent, name);
        for (var again = 2; Directory.Exists(folder); again++)
            folder = Path.Combine(parent, string.Create(CultureInfo.InvariantCulture, $"{name}.{again}"));
        Durable.CreateFolder(folder);
        return folder;
    }

    /// <inheritdoc/>
    public void Commit(string folder, long step)
    {
        Durable.FlushTree(folder);
        Durable.FlushFolder(parent);
        if (!commit(folder, step))
            throw new StageStopped();
    }
}
