using DnC.Workflow.Cli.Commands;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Cli.Tests.Commands;

public class QueueListTests
{
    [Fact]
    public void Classes_have_slots_and_one_if_none_is_said()
    {
        var slots = QueueList.Parse("gpu-80g:1, cpu:12,x_1");
        Assert.Equal(new Dictionary<string, int> { ["gpu-80g"] = 1, ["cpu"] = 12, ["x_1"] = 1 }, slots);
        Assert.Equal("gpu-80g:1, cpu:12, x_1:1", QueueList.Text(slots));
    }

    [Theory]
    [InlineData("")]
    [InlineData("cpu:")]
    [InlineData("cpu:0")]
    [InlineData("cpu:-1")]
    [InlineData("cpu:2:3")]
    [InlineData("GPU:1")]
    [InlineData("cpu,,gpu")]
    [InlineData("cpu:1025")]
    [InlineData("cpu:99999999999")]
    [InlineData("cpu:1,cpu:2")]
    public void Anything_else_is_refused(string text) =>
        Assert.Contains("--queues", Assert.Throws<UserInputException>(() => QueueList.Parse(text)).Message);
}
