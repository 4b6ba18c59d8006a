using DnC.Workflow.Runtime.Execute.Child;

namespace DnC.Workflow.Runtime.Tests;

/// <summary>How to start the test host, which lies beside the tests.</summary>
public static class TestHostCommand
{
    public static string Program { get; } = Path.Combine(
        AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "DnC.Workflow.Runtime.TestHost.exe" : "DnC.Workflow.Runtime.TestHost");

    public static ChildCommand Stage { get; } = new(Program, ["stage"]);
}
