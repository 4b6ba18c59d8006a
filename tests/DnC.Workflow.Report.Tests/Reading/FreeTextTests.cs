using DnC.Workflow.Report.Reading;

namespace DnC.Workflow.Report.Tests.Reading;

public class FreeTextTests
{
    [Theory]
    [InlineData("Failed to connect: Host=db;Username=dnc;Password=s3cr et;Database=dnc", "s3cr", " et", "cr e")]
    [InlineData("Host=db;Password=\"a;b\"\"c;d\";Database=dnc", "a;", "b\"", "c;", "d\"")]
    [InlineData("Host=db;Password='never closed; and on", "never", "and on")]
    [InlineData("{\"password\": \"tops3cret\"}", "tops3cret")]
    [InlineData("no way to postgres://u:hu@nter2@h/db", "hu@", "nter2")]
    [InlineData("no way to postgres://u:hu/nt?er2#x@h/db", "hu/", "nt?", "er2", "#x")]
    [InlineData("no way to postgres://u:hu nter2 x@h/db", "hu", "nter2", "x@")]
    [InlineData("no way to postgres://u:1234/hunter@h/db", "1234", "hunter")]
    [InlineData("https://ghp_abc/def@h is away", "ghp_abc", "def")]
    [InlineData("Password=a;x;b://u:v;w@h", "a;", ":v", "w@")]
    [InlineData("postgres://dnc:hunter2@db.example/dnc is away", "hunter2")]
    [InlineData("GET http://x/?token=abcdef&y=1 gave 403", "abcdef")]
    [InlineData("AWS_SECRET_ACCESS_KEY=wJalrXUt", "wJalrXUt")]
    [InlineData("password: \"a b c\"", "a b c")]
    public void Secrets_are_taken_out_whole(string text, params string[] pieces)
    {
        var line = FreeText.Line(text);
        Assert.All(pieces, p => Assert.Contains(p, text, StringComparison.Ordinal));
        Assert.All(pieces, p => Assert.DoesNotContain(p, line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Host=db;Username=dnc;Password=s3cr et;Database=dnc", "Host=db;Username=dnc;Password=…;Database=dnc")]
    [InlineData("postgres://u:hu@nter2@h/db is away", "postgres://…@h/db is away")]
    [InlineData("http://store:9000/bucket did not answer expert@2[1]", "http://store:9000/bucket did not answer expert@2[1]")]
    [InlineData("s3://bucket/runs did not answer expert@2[1]", "s3://bucket/runs did not answer expert@2[1]")]
    public void What_is_no_secret_stays(string text, string expected) => Assert.Equal(expected, FreeText.Line(text));

    [Theory]
    [InlineData("a")]
    [InlineData("://")]
    [InlineData("://a:")]
    [InlineData("a.b@")]
    [InlineData("token='")]
    [InlineData("token=\"\"")]
    [InlineData("password")]
    public void A_line_of_any_length_is_shortened(string piece) => Assert.InRange(FreeText.Line(string.Concat(Enumerable.Repeat(piece, 1_000_000))).Length, 1, 400);

    [Fact]
    public void A_message_stays_what_it_says()
    {
        Assert.Equal("The loss is NaN at step 3 (learning rate 0.1).", FreeText.Line("The loss is NaN at step 3 (learning rate 0.1).\n   at X"));
        Assert.Equal(400, FreeText.Line(new string('x', 5000)).Length);
        Assert.Null(FreeText.LineOrNull("  "));
    }

    [Fact]
    public void Of_a_long_list_of_files_the_middle_goes_and_the_way_out_stays()
    {
        const string Remedy = "Repair or remove them, or raise the allowed share of bad images (data.badImageShare).";
        var files = string.Join("; ", Enumerable.Range(0, 20).Select(i => $"photos/2026/holiday-{i}.jpg: is cut off after 17 bytes"));

        var line = FreeText.Line($"At least 20 of 300 images could not be read: {files}. {Remedy}");

        Assert.InRange(line.Length, 300, 400);
        Assert.StartsWith("At least 20 of 300 images could not be read: photos/2026/holiday-0.jpg: is cut off", line, StringComparison.Ordinal);
        Assert.EndsWith(Remedy, line, StringComparison.Ordinal);
        Assert.Contains(" … ", line, StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_in_the_middle_or_at_the_end_does_not_come_out_for_its_name_being_cut_off()
    {
        var line = FreeText.Line($"{new string('a', 300)} Password={new string('b', 40)} {string.Join(' ', Enumerable.Repeat("s3cret", 100))}");

        Assert.DoesNotContain("s3cret", line, StringComparison.Ordinal);
    }
}
