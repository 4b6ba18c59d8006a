using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Runtime.Artifacts;

/// <summary>A full disk, told apart from other input and output errors: it mends itself once a person makes room.</summary>
public static class DiskFull
{
    // IOException.HResult is errno on Unix: EFBIG, ENOSPC, EDQUOT (Linux, macOS); the last two are Windows' own.
    private static readonly int[] Codes = [27, 28, 122, 69, unchecked((int)0x80070070), unchecked((int)0x80070027)];

    /// <summary>Whether an exception, or what caused it, says that there is no room left.</summary>
    public static bool IsCauseOf(Exception exception)
    {
        for (var e = exception; e is not null; e = e.InnerException)
        {
            if (e is IOException && Array.IndexOf(Codes, e.HResult) >= 0)
                return true;
        }

        return false;
    }

    /// <summary>The failure to report: retryable, naming the place and the way out.</summary>
    public static StageFailure Failure(string place, Exception exception) => new(
        $"The disk that holds '{place}' is full ({exception.Message}). Make room there; the run then goes on from here.",
        retryable: true,
        exception);
}
