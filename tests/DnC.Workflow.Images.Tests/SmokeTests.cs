namespace DnC.Workflow.Images.Tests;

public class SmokeTests
{
    [Fact]
    public void Loads() => Assert.True(true);
}
