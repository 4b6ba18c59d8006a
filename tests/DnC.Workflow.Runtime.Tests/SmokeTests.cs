namespace DnC.Workflow.Runtime.Tests;

public class SmokeTests
{
    [Fact]
    public void Loads() => Assert.True(true);
}
