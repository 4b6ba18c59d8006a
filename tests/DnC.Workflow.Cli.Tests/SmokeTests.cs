namespace DnC.Workflow.Cli.Tests;

public class SmokeTests
{
    [Fact]
    public void Loads() => Assert.True(true);
}
