using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Runtime.Artifacts;

/// <summary>A folder for a moment, in the system's place for such.</summary>
public static class TemporaryFolder
{
    /// <summary>Makes one; the caller deletes it.</summary>
    /// <param name="beginning">Of its name.</param>
    /// <exception cref="UserInputException">There is no place for it: names the setting that says where.</exception>
    public static DirectoryInfo Make(string beginning)
    {
        try
        {
            return Directory.CreateTempSubdirectory(beginning);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserInputException(
                $"There is no place for temporary files in '{Path.GetTempPath()}' ({e.Message.TrimEnd('.')}). Make that folder, or name another with {(OperatingSystem.IsWindows() ? "TMP" : "TMPDIR")}.", e);
        }
    }
}
