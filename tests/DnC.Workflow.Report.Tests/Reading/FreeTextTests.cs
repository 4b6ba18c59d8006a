using DnC.Workflow.Report.Reading;

namespace DnC.Workflow.Report.Tests.Reading;

public class FreeTextTests
{
    [Theory]
    [InlineData("Failed to connect: Host=db;Username=dnc;Password=s3cr et;Database=dnc", "s3cr")]
    [InlineData("postgres://dnc:hunter2@db.example/dnc is away", "hunter2")]
    [InlineData("GET http://x/?token=abcdef&y=1 gave 403", "abcdef")]
    [InlineData("AWS_SECRET_ACCESS_KEY=wJalrXUt", "wJalrXUt")]
    [InlineData("password: \"a b c\"", "a b c")]
    public void Secrets_are_taken_out(string text, string secret) => Assert.DoesNotContain(secret, FreeText.Line(text), StringComparison.Ordinal);

    [Fact]
    public void A_message_stays_what_it_says()
    {
        Assert.Equal("The loss is NaN at step 3 (learning rate 0.1).", FreeText.Line("The loss is NaN at step 3 (learning rate 0.1).\n   at X"));
        Assert.Equal(400, FreeText.Line(new string('x', 5000)).Length);
        Assert.Null(FreeText.LineOrNull("  "));
    }
}
