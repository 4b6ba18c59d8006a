namespace DnC.Workflow.Soak.Tests.Bench;

/// <summary>What was found and should not be.</summary>
public static class Findings
{
    /// <summary>Asserts that there are none, and shows them all where there are some.</summary>
    public static void None(IEnumerable<string> found)
    {
        if (found.ToList() is { Count: > 0 } some)
            Assert.Fail(string.Join('\n', some));
    }
}
