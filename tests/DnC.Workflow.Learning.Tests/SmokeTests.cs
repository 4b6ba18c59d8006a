namespace DnC.Workflow.Learning.Tests;

public class SmokeTests
{
    [Fact]
    public void Loads() => Assert.True(true);
}
