using System.Globalization;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Learning.Tests.Phases;

/// <summary>Checkpoints in a folder: the latest is the resume point, older ones are deleted as soon as it is there, as the engine does.</summary>
internal sealed class FolderCheckpoints(string folder) : ICheckpoints
{
    private int _count;

    public string? ResumeFolder { get; set; }

    public List<long> Committed { get; } = [];

    /// <summary>Called with each checkpoint before it is the resume point.</summary>
    public Action<string> Committing { get; set; } = _ => { };

    public string Begin(long step) =>
        Directory.CreateDirectory(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{_count++}-{step}"))).FullName;

    public void Commit(string folder, long step)
    {
        Committing(folder);
        if (ResumeFolder is { } older)
            Directory.Delete(older, recursive: true);
        ResumeFolder = folder;
        Committed.Add(step);
    }
}
