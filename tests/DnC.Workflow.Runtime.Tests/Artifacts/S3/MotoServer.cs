using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Amazon.Runtime;
using DnC.Workflow.Runtime.Artifacts.S3;

namespace DnC.Workflow.Runtime.Tests.Artifacts.S3;

/// <summary>
/// A second S3 server, moto of PyPI, for what s3rver lacks: it lists the parts of an upload, knows when there is none, and checks signatures
/// where it is told to (but takes those of queries with a '/' for wrong: not for more than a look at a bucket's top).
/// Found as a module of python3 ('pip install "moto[s3,iam,server]"').
/// </summary>
public sealed partial class MotoServer : IAsyncLifetime
{
    private const string Bucket = "dnc";

    // What is let through without a signature: a user, a key, the user's rights, and the bucket.
    private const int Unsigned = 4;

    private readonly bool _signed;
    private readonly Process? _process;
    private readonly TaskCompletionSource<int> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string _missing = "";
    private int _port;

    public MotoServer()
        : this(signed: false)
    {
    }

    private MotoServer(bool signed)
    {
        _signed = signed;
        var start = new ProcessStartInfo("python3", ["-m", "moto.server", "-H", "127.0.0.1", "-p", "0"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        if (signed)
            start.Environment["INITIAL_NO_AUTH_ACTION_COUNT"] = Unsigned.ToString(CultureInfo.InvariantCulture);
        try
        {
            _process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            _missing = $"python3 cannot be started: {e.Message}";
            return;
        }

        _process.OutputDataReceived += (_, line) => Take(line.Data);
        _process.ErrorDataReceived += (_, line) => Take(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>A server of its own that checks signatures.</summary>
    public static async Task<MotoServer> StartSigned()
    {
        var server = new MotoServer(signed: true);
        await server.InitializeAsync();
        return server.Required();
    }

    /// <summary>The one account's, known to the server where it checks.</summary>
    public string Id { get; private set; } = "anybody";

    public string Secret { get; private set; } = "anything";

    public int Port => _port;

    /// <summary>Every line that the server wrote: one a request.</summary>
    public ConcurrentQueue<string> Log { get; } = new();

    /// <summary>Skips the test where there is no server.</summary>
    public MotoServer Required()
    {
        if (_port == 0 && Log.Any(l => l.Contains("No module named", StringComparison.Ordinal)))
            Assert.Skip("There is no moto here: pip install \"moto[s3,iam,server]\".");
        if (_missing.Length > 0)
            Assert.Skip(_missing);
        Assert.True(_port > 0, string.Join('\n', Log));
        return this;
    }

    public S3Address Address(string prefix = "", int? port = null) => new(Bucket, prefix.Length > 0 ? prefix + "/" : "", new Uri($"http://127.0.0.1:{port ?? _port}"), Region: null);

    public AWSCredentials Credentials => new BasicAWSCredentials(Id, Secret);

    public async ValueTask InitializeAsync()
    {
        if (_process is null || (_port = await _listening.Task) == 0)
            return;
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{_port}") };
        if (_signed)
        {
            await Ask("CreateUser");
            var key = XDocument.Parse(await Ask("CreateAccessKey"));
            Id = key.Descendants().Single(e => e.Name.LocalName == "AccessKeyId").Value;
            Secret = key.Descendants().Single(e => e.Name.LocalName == "SecretAccessKey").Value;
            await Ask("PutUserPolicy", ("PolicyName", "all"), ("PolicyDocument", """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}"""));
        }

        await Send(HttpMethod.Put, "/" + Bucket, "s3", content: null);

        Task<string> Ask(string action, params (string Name, string Value)[] more) => Send(HttpMethod.Post, "/", "iam", new FormUrlEncodedContent(
            [.. more.Append(("Action", action)).Append(("UserName", "dnc")).Append(("Version", "2010-05-08")).Select(p => KeyValuePair.Create(p.Item1, p.Item2))]));

        // The service is told by the signature's scope, which is looked at before there is anybody to sign.
        async Task<string> Send(HttpMethod method, string path, string service, HttpContent? content)
        {
            using var request = new HttpRequestMessage(method, path) { Content = content };
            request.Headers.Authorization = new AuthenticationHeaderValue(
                "AWS4-HMAC-SHA256", $"Credential=nobody/20260101/us-east-1/{service}/aws4_request, SignedHeaders=host, Signature=none");
            using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
            return await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is null)
            return;
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }

    private void Take(string? line)
    {
        // The end of it: whoever waits for the port must not wait for ever.
        if (line is null)
        {
            _listening.TrySetResult(0);
            return;
        }

        Log.Enqueue(line);
        if (Listening().Match(line) is { Success: true } found)
            _listening.TrySetResult(int.Parse(found.Groups[1].Value, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex(@"Running on http://127\.0\.0\.1:(\d+)")]
    private static partial Regex Listening();
}
