namespace DnC.Workflow.Elsa;

/// <summary>Ids of requests, which are ids of bookmarks too: an answer finds its workflow without asking anybody.</summary>
internal static class RequestName
{
    private const string Prefix = "elsa";

    /// <summary>The id for one execution of an activity.</summary>
    public static string Of(string workflowInstance, string activityExecution) => $"{Prefix}:{workflowInstance}:{activityExecution}";

    /// <summary>All ids of a workflow instance begin so.</summary>
    public static string OfInstance(string workflowInstance) => $"{Prefix}:{workflowInstance}:";

    /// <summary>The workflow instance of a request, or null where it is none of ours.</summary>
    public static string? InstanceOf(string request) => request.Split(':') is [Prefix, var instance, _] ? instance : null;
}
