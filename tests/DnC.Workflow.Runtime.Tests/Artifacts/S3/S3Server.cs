using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;
using DnC.Workflow.Runtime.Artifacts.S3;

namespace DnC.Workflow.Runtime.Tests.Artifacts.S3;

/// <summary>
/// A real S3 server, s3rver of npm, as a process of its own with its objects in a folder. Found by DNC_S3_SERVER (the path of s3rver.js) or in
/// node_modules of the runtime's tests ('npm install --no-package-lock' in their folder).
/// </summary>
public sealed partial class S3Server : IDisposable
{
    public const string Bucket = "dnc";

    private readonly TestFolder _folder = new();
    private readonly Process? _process;
    private readonly string _missing = "";

    public S3Server()
    {
        if (FindProgram() is not { } program)
        {
            _missing = "There is no S3 server here: run 'npm install --no-package-lock' in tests/DnC.Workflow.Runtime.Tests, or set DNC_S3_SERVER to an s3rver.js.";
            return;
        }

        var start = new ProcessStartInfo("node", ["--openssl-legacy-provider", program, "-d", _folder.Path, "-a", "127.0.0.1", "-p", "0", "--configure-bucket", Bucket])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        try
        {
            _process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            _missing = $"s3rver is here, but node cannot be started: {e.Message}";
            return;
        }

        using var listening = new ManualResetEventSlim();
        _process.OutputDataReceived += (_, line) => Take(line.Data, listening);
        _process.ErrorDataReceived += (_, line) => Take(line.Data, listening);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        listening.Wait(TestContext.Current.CancellationToken);
    }

    public int Port { get; private set; }

    /// <summary>Every line that the server wrote.</summary>
    public ConcurrentQueue<string> Log { get; } = new();

    /// <summary>Skips the test where there is no server.</summary>
    public S3Server Required()
    {
        if (_process is null)
            Assert.Skip(_missing);
        return this;
    }

    public S3Address Address(string prefix = "", int? port = null, string bucket = Bucket) =>
        new(bucket, prefix.Length > 0 ? prefix + "/" : "", new Uri($"http://127.0.0.1:{port ?? Port}"), Region: null);

    /// <summary>The file in which the server keeps an object.</summary>
    public string FileOf(string key) => _folder.At([Bucket, .. (key + "._S3rver_object").Split('/')]);

    public void Dispose()
    {
        if (_process is not null)
        {
            _process.Kill();
            _process.WaitForExit();
            _process.Dispose();
        }

        _folder.Dispose();
    }

    private static string? FindProgram()
    {
        if (Environment.GetEnvironmentVariable("DNC_S3_SERVER") is { Length: > 0 } named)
            return File.Exists(named) ? named : throw new FileNotFoundException($"DNC_S3_SERVER names '{named}', which is not there.");
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (Path.Combine(folder.FullName, "DnC.Workflow.Runtime.Tests", "node_modules", "s3rver", "bin", "s3rver.js") is var path && File.Exists(path))
                return path;
        }

        return null;
    }

    private void Take(string? line, ManualResetEventSlim listening)
    {
        if (line is null)
        {
            // The end of it: whoever waits for the port must not wait for ever.
            Set(listening);
            return;
        }

        Log.Enqueue(line);
        if (Port == 0 && Listening().Match(line) is { Success: true } found)
        {
            Port = int.Parse(found.Groups[1].Value);
            Set(listening);
        }
    }

    private static void Set(ManualResetEventSlim listening)
    {
        try
        {
            listening.Set();
        }
        catch (ObjectDisposedException)
        {
            // The server had started, and has ended now.
        }
    }

    [GeneratedRegex(@"listening on .*:(\d+)")]
    private static partial Regex Listening();
}
