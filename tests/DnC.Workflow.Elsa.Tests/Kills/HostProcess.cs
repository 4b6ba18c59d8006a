using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using DnC.Workflow.Elsa.Host;
using DnC.Workflow.Elsa.Tests.Server;

namespace DnC.Workflow.Elsa.Tests.Kills;

/// <summary>'dnc-elsa' as a process of its own, which can be killed and started again on the same address.</summary>
internal sealed class HostProcess(string root, string postgres) : IDisposable
{
    private readonly Uri _url = new($"http://127.0.0.1:{FreePort()}");
    private Process? _process;

    /// <summary>Signed in.</summary>
    public HttpClient Client { get; private set; } = new();

    /// <summary>Starts it, and waits until it answers.</summary>
    public async Task StartAsync(CancellationToken stop)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(ElsaServer).Assembly.Location, "--root", root, "--url", _url.ToString()]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DNC_POSTGRES"] = postgres;
        start.Environment[AdminPassword.Variable] = TestServer.Password;
        _process = Process.Start(start)!;
        _process.OutputDataReceived += Tell;
        _process.ErrorDataReceived += Tell;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        Client = new HttpClient { BaseAddress = _url };
        while (!await AnswersAsync())
        {
            Assert.False(_process.HasExited, "The server has ended; its output says why.");
            await Task.Delay(200, stop);
        }
    }

    /// <summary>SIGKILL.</summary>
    public void Kill()
    {
        if (_process is null)
            return;
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _process = null;
        Client.Dispose();
    }

    /// <summary>SIGTERM. Answers its exit code.</summary>
    public async Task<int> TerminateAsync(CancellationToken stop)
    {
        using (var kill = Process.Start("kill", ["-TERM", $"{_process!.Id}"]))
            await kill.WaitForExitAsync(stop);
        await _process.WaitForExitAsync(stop);
        var code = _process.ExitCode;
        Kill();
        return code;
    }

    /// <summary>Waits until it says that it can work, or that it cannot; it lives in any case.</summary>
    public async Task WhenReadyIsAsync(bool ok, CancellationToken stop)
    {
        while (true)
        {
            Assert.False(_process!.HasExited, "The server has ended; its output says why.");
            using (var lives = await Client.GetAsync("/health", stop))
                Assert.True(lives.IsSuccessStatusCode);
            using var answer = await Client.GetAsync("/ready", stop);
            if (answer.IsSuccessStatusCode == ok)
                return;
            await Task.Delay(200, stop);
        }
    }

    public void Dispose() => Kill();

    private async Task<bool> AnswersAsync()
    {
        try
        {
            return await TestServer.SignInAsync(Client, TestServer.Password);
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static void Tell(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is { } text)
            TestContext.Current.TestOutputHelper?.WriteLine(text);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
