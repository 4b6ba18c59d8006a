namespace DnC.Workflow.Runtime.Front;

/// <summary>
/// Ids of a front's requests: its name, the owner that waits, and what for, so that an answer finds its owner without asking anybody. Neither
/// the name nor what is waited for holds a colon; an owner may.
/// </summary>
public static class RequestName
{
    private const string RunEnd = "run";

    /// <summary>The id of what an owner waits for.</summary>
    public static string Of(string front, string owner, string what) => $"{front}:{owner}:{what}";

    /// <summary>The id of the request that starts an owner's run.</summary>
    public static string OfRun(string front, string owner) => Of(front, owner, RunEnd);

    /// <summary>The beginning of all ids of a front.</summary>
    public static string BeginningOf(string front) => front + ":";

    /// <summary>The owner of a request, or null where it is not this front's.</summary>
    public static string? OwnerOf(string front, string request)
    {
        var (from, to) = (BeginningOf(front).Length, request.LastIndexOf(':'));
        return request.StartsWith(BeginningOf(front), StringComparison.Ordinal) && to > from ? request[from..to] : null;
    }
}
