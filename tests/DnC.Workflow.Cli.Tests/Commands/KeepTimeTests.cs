using DnC.Workflow.Cli.Commands;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Cli.Tests.Commands;

public class KeepTimeTests
{
    [Theory]
    [InlineData("90d", 90 * 24, "90 days")]
    [InlineData("1d", 24, "1 day")]
    [InlineData("24h", 24, "1 day")]
    [InlineData("36h", 36, "36 hours")]
    [InlineData("1h", 1, "1 hour")]
    public void Days_or_hours(string text, int hours, string said)
    {
        var time = KeepTime.Parse(text);
        Assert.Equal(TimeSpan.FromHours(hours), time);
        Assert.Equal(said, KeepTime.Text(time!.Value));
    }

    [Theory]
    [InlineData("forever")]
    [InlineData("0")]
    public void For_ever(string text) => Assert.Null(KeepTime.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("d")]
    [InlineData("30")]
    [InlineData("0d")]
    [InlineData("-1d")]
    [InlineData("+3d")]
    [InlineData("1.5d")]
    [InlineData("3w")]
    [InlineData("999999999999d")]
    [InlineData("100001h")]
    public void What_is_no_time_is_refused(string text)
    {
        var message = Assert.Throws<UserInputException>(() => KeepTime.Parse(text)).Message;
        Assert.StartsWith($"--keep {text}: expected days or hours, as 90d or 12h", message, StringComparison.Ordinal);
        Assert.Contains("'forever'", message, StringComparison.Ordinal);
    }
}
