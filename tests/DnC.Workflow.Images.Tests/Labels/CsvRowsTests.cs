using DnC.Workflow.Images.Labels;
using DnC.Workflow.Images.Tests.Formats;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Images.Tests.Labels;

public sealed class CsvRowsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("a,b\nc,d\n", "1:a|b 2:c|d")]
    [InlineData("a,b\r\nc,d", "1:a|b 2:c|d")]
    [InlineData("a,\n,b\n,\n", "1:a| 2:|b 3:|")]
    [InlineData("\n\na\n\n", "3:a")]
    [InlineData("\"a,b\",\"c\"\"d\"\n", "1:a,b|c\"d")]
    [InlineData("\"two\nlines\",x\nlast,y\n", "1:two\nlines|x 3:last|y")]
    [InlineData("say \"hi\",b\n", "1:say \"hi\"|b")]
    [InlineData("\"\",b\n", "1:|b")]
    [InlineData("", "")]
    public void Reads_rows_as_RFC_4180_has_them_with_the_line_each_begins_on(string text, string rows) =>
        Assert.Equal(rows, string.Join(' ', CsvRows.Of(Csv(text)).Select(r => $"{r.Line}:{string.Join('|', r.Fields)}")));

    [Fact]
    public void A_byte_order_mark_is_no_part_of_the_first_field() => Assert.Equal("id", Assert.Single(CsvRows.Of(Csv("\uFEFFid,class\n"))).Fields[0]);

    [Fact]
    public void A_quote_that_is_never_closed_names_the_line_it_was_opened_on()
    {
        var refused = Assert.Throws<UserInputException>(() => CsvRows.Of(Csv("a,b\nc,\"d\ne,f\n")).ToList());
        Assert.Contains("line 2", refused.Message, StringComparison.Ordinal);
        Assert.Contains("a quote is not closed", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_never_ends_is_given_up_at_a_bound()
    {
        Assert.Contains("has no end", Assert.Throws<UserInputException>(() => CsvRows.Of(Csv(new string('x', 70_000))).ToList()).Message, StringComparison.Ordinal);
        Assert.Contains("has no end", Assert.Throws<UserInputException>(() => CsvRows.Of(Csv(new string(',', 20)), maxFields: 10).ToList()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_is_named()
    {
        var path = Path.Combine(_folder.Path, "none.csv");
        Assert.Contains(path, Assert.Throws<UserInputException>(() => CsvRows.Of(path).ToList()).Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private string Csv(string text) => _folder.File("labels.csv", System.Text.Encoding.UTF8.GetBytes(text));
}
