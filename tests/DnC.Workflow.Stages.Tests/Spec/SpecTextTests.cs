using System.Text;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Stages.Tests.Spec;

public sealed class SpecTextTests
{
    [Theory]
    [InlineData("")]
    [InlineData("{ \"name\": \"Zürich 数 😀\" }")]
    public void Text_is_read_with_or_without_a_mark(string text)
    {
        Assert.Equal(text, SpecText.Decode(Encoding.UTF8.GetBytes(text), "my.json"));
        Assert.Equal(text, SpecText.Decode([0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(text)], "my.json"));
    }

    [Theory]
    [InlineData(new byte[] { 0x7B, 0x0A, 0xE9, 0x7D }, "byte 2 (line 2), which is 0xE9.")] // Latin-1
    [InlineData(new byte[] { 0x7B, 0xC3 }, "byte 1 (line 1), which is 0xC3.")] // cut in the middle of a character
    [InlineData(new byte[] { 0x7B, 0xED, 0xA0, 0x80 }, "byte 1 (line 1), which is 0xED.")] // half a surrogate pair
    [InlineData(new byte[] { 0xC0, 0x80 }, "byte 0 (line 1), which is 0xC0.")] // longer than it needs to be
    [InlineData(new byte[] { 0xFF, 0xFE, 0x7B, 0x00 }, "byte 0 (line 1), which is 0xFF. The file begins as UTF-16 does.")]
    public void What_is_no_UTF8_is_refused_with_its_place(byte[] bytes, string says)
    {
        var error = Assert.Throws<UserInputException>(() => SpecText.Decode(bytes, "my.json"));
        Assert.Equal($"my.json: not UTF-8 at {says} Save the file as UTF-8.", error.Message);
    }
}
