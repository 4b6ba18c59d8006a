namespace DnC.Workflow.Elsa;

/// <summary>
/// Ids of requests, which are ids of bookmarks too: an answer finds its workflow without asking anybody. They begin with the name of the
/// servers whose workflows these are (<see cref="DivideAndContrastOptions.Name"/>).
/// </summary>
internal static class RequestName
{
    private const string RunEnd = "run";

    /// <summary>The id for one execution of an activity.</summary>
    public static string Of(string server, string workflowInstance, string activityExecution) => $"{server}:{workflowInstance}:{activityExecution}";

    /// <summary>The id of the request that starts an instance's run.</summary>
    public static string OfRun(string server, string workflowInstance) => Of(server, workflowInstance, RunEnd);

    /// <summary>The workflow instance of a request, or null where it is not of these servers.</summary>
    public static string? InstanceOf(string server, string request) => request.Split(':') is [var whose, var instance, _] && whose == server ? instance : null;
}
