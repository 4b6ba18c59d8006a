using System.Net.Sockets;
using DnC.Workflow.Runtime.Ledger;
using Npgsql;

namespace DnC.Workflow.Runtime.Tests.Ledger;

public class ErrorLineTests
{
    [Fact]
    public void A_server_s_answer_is_one_line_without_its_position() =>
        Assert.Equal(
            "permission denied for schema x (SQLSTATE 42501).",
            ErrorLine.Of(new PostgresException("permission denied for schema x", "ERROR", "ERROR", "42501", position: 42, detail: "more")));

    [Fact]
    public void Why_nobody_could_be_reached_is_said_once_and_ends_with_a_full_stop() =>
        Assert.Equal(
            $"Failed to connect to 127.0.0.1:5999: {new SocketException((int)SocketError.ConnectionRefused).Message}.",
            ErrorLine.Of(new NpgsqlException("Failed to connect to 127.0.0.1:5999", new SocketException((int)SocketError.ConnectionRefused))));

    [Fact]
    public void One_that_only_points_to_another_gives_that_ones_message() =>
        Assert.Equal("No space left.", ErrorLine.Of(new InvalidOperationException("Background job creation failed. See inner exception for details.", new IOException("No space left"))));

    [Theory]
    [InlineData("\n\n  the first \nthe second", "the first.")]
    [InlineData("It is so.", "It is so.")]
    [InlineData("", "no message.")]
    public void Of_more_lines_the_first_counts(string text, string line) => Assert.Equal(line, ErrorLine.Of(text));
}
