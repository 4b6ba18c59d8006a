using System.Net;
using System.Net.Sockets;
using System.Text;
using Amazon.Runtime;
using Amazon.S3;
using DnC.Workflow.Runtime.Artifacts;
using DnC.Workflow.Runtime.Artifacts.S3;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Runtime.Tests.Artifacts.S3;

/// <summary>What cannot work is said at the start, by bucket and endpoint, without keys.</summary>
public sealed class S3TroubleTests(S3Server server) : IClassFixture<S3Server>, IDisposable
{
    private const string Id = "AKIAEXAMPLEID";
    private const string Secret = "a secret that nobody may read";
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void No_such_bucket() => Says("There is no bucket 'missing' at http://127.0.0.1:", server.Required().Address(bucket: "missing"), "S3RVER", "S3RVER");

    [Fact]
    public void Unknown_credentials() => Says("credentials are not accepted for bucket 'dnc' at http://127.0.0.1:", server.Required().Address(), Id, Secret);

    /// <summary>As Amazon's servers answer: the one here knows neither rights nor signatures.</summary>
    [Theory]
    [InlineData("AccessDenied", HttpStatusCode.Forbidden, "Access to bucket 'dnc' at https://s3.example is denied (AccessDenied)")]
    [InlineData("SignatureDoesNotMatch", HttpStatusCode.Forbidden, "credentials are not accepted for bucket 'dnc' at https://s3.example")]
    [InlineData("ExpiredToken", HttpStatusCode.BadRequest, "credentials are not accepted")]
    [InlineData("PermanentRedirect", HttpStatusCode.MovedPermanently, "is in another region")]
    public void Refusals(string code, HttpStatusCode status, string text)
    {
        var error = new AmazonS3Exception($"{Id} is refused", null, ErrorType.Sender, code, "request", status);
        Assert.False(S3Trouble.MayPass(error));
        Assert.Contains(text, S3Trouble.Describe(error, Address("https://s3.example")));
        Assert.DoesNotContain(Id, S3Trouble.Describe(error, Address("https://s3.example")));
    }

    [Fact]
    public void No_server()
    {
        using var closed = new TcpListener(IPAddress.Loopback, 0);
        closed.Start();
        var port = ((IPEndPoint)closed.LocalEndpoint).Port;
        closed.Stop();
        Says($"bucket 'dnc' at http://127.0.0.1:{port} cannot be reached: Connection refused. Check", Address($"http://127.0.0.1:{port}"), Id, Secret, away: true);
    }

    [Fact]
    public void No_such_host() =>
        Says("bucket 'dnc' at http://no-such-host.invalid cannot be reached: ", Address("http://no-such-host.invalid"), Id, Secret, away: true);

    [Theory]
    [InlineData("200 OK", "<html>Welcome</html>")]
    [InlineData("404 Not Found", "nothing here")]
    public async Task Not_a_server_of_s3(string status, string body)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var answering = Task.Run(() => AnswerAll(listener, $"HTTP/1.1 {status}\r\nContent-Type: text/html\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}"), TestContext.Current.CancellationToken);
        Says("AWS_ENDPOINT_URL", Address($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}"), Id, Secret);
        listener.Stop();
        await answering;
    }

    // What is away may come back, and a worker waits for it; what is wrong stays so.
    private void Says(string text, S3Address address, string id, string secret, bool away = false)
    {
        var error = Record.Exception(() =>
            S3Store.Open(S3Server.Connect(address, id, secret), new LocalCache(_folder.At("cache"), 1 << 20, TimeProvider.System)).Dispose())!;
        Assert.IsType(away ? typeof(ArtifactStoreAwayException) : typeof(UserInputException), error);
        Assert.Contains(text, error.Message);
        Assert.Contains($"bucket '{address.Bucket}' at {address.Endpoint!.ToString().TrimEnd('/')}", error.Message);
        Assert.DoesNotContain(Id, error.Message);
        Assert.DoesNotContain(Secret, error.Message);
    }

    private static S3Address Address(string endpoint) => new("dnc", "", new Uri(endpoint), Region: null);

    private static void AnswerAll(TcpListener listener, string answer)
    {
        try
        {
            while (true)
            {
                using var client = listener.AcceptTcpClient();
                using var reader = new StreamReader(client.GetStream(), leaveOpen: true);
                while (reader.ReadLine() is { Length: > 0 })
                {
                    // The request's head, to its end.
                }

                client.GetStream().Write(Encoding.ASCII.GetBytes(answer));
            }
        }
        catch (SocketException)
        {
            // Stopped.
        }
    }
}
