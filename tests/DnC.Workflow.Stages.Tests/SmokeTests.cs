namespace DnC.Workflow.Stages.Tests;

public class SmokeTests
{
    [Fact]
    public void Loads() => Assert.True(true);
}
