using System.Diagnostics;
using DnC.Workflow.Elsa.Host;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Elsa.Tests.Command;

/// <summary>Addresses that 'dnc-elsa --url' takes, and what it says of the others.</summary>
public sealed class UrlTests
{
    [Theory]
    [InlineData("http://127.0.0.1:5100", true)]
    [InlineData("http://localhost:80/", true)]
    [InlineData("http://[::1]:5100", true)]
    [InlineData("http://0.0.0.0:5100", false)]
    public void An_address_says_whether_only_this_machine_reaches_it(string url, bool loopback) => Assert.Equal(loopback, HostSettings.ReadUrl(url).IsLoopback);

    [Theory]
    [InlineData("https://127.0.0.1:5100", "put TLS in front of it")]
    [InlineData("127.0.0.1:5100", "expected http://HOST:PORT")]
    [InlineData("ftp://127.0.0.1", "expected http://HOST:PORT")]
    [InlineData("http://127.0.0.1:5100/studio", "expected http://HOST:PORT")]
    [InlineData("http://me:secret@127.0.0.1:5100", "expected http://HOST:PORT")]
    [InlineData("http://127.0.0.1:99999", "expected http://HOST:PORT")]
    [InlineData("", "expected http://HOST:PORT")]
    public void What_is_no_address_is_refused(string url, string says) =>
        Assert.Contains(says, Assert.Throws<UserInputException>(() => HostSettings.ReadUrl(url)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("https://127.0.0.1:5100", "error: 'https://127.0.0.1:5100' asks for TLS")]
    [InlineData("http://192.0.2.1:5100", "error: The address of --url cannot be listened on")]
    public async Task The_command_ends_with_2_and_one_line(string url, string says)
    {
        var root = Directory.CreateTempSubdirectory("dnc-elsa-url-");
        var start = new ProcessStartInfo("dotnet", [typeof(ElsaServer).Assembly.Location, "--root", root.FullName, "--url", url]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment[AdminPassword.Variable] = "correct horse battery";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await output;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(2, process.ExitCode);
        Assert.StartsWith(says, Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries), l => l.StartsWith("error", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        root.Delete(recursive: true);
    }
}
