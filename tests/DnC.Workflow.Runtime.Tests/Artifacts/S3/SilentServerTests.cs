using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;
using Amazon.S3.Model;
using DnC.Workflow.Runtime.Artifacts;
using DnC.Workflow.Runtime.Artifacts.S3;
using DnC.Workflow.Runtime.Execute;
using DnC.Workflow.Runtime.Tests.Execute;

namespace DnC.Workflow.Runtime.Tests.Artifacts.S3;

/// <summary>A server that takes every connection and never says a word: frozen, or behind a wall that drops what it is sent.</summary>
public sealed class SilentServerTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromDays(1);
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<TcpClient> _taken = [];

    public SilentServerTests()
    {
        _listener.Start();
        new Thread(Take) { IsBackground = true, Name = "silent server" }.Start();
    }

    [Fact]
    public void Silence_is_a_bucket_that_is_away()
    {
        using var bucket = Bucket(TimeSpan.FromSeconds(1));
        Assert.Contains("it did not answer", Assert.Throws<ArtifactStoreAwayException>(bucket.Check).Message, StringComparison.Ordinal);
        Assert.Contains("it did not answer", Assert.Throws<ArtifactStoreAwayException>(() => bucket.Ask(_ => bucket.Head("a"))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(40 << 20)]
    public void An_upload_into_silence_ends(int bytes)
    {
        using var bucket = Bucket(TimeSpan.FromMilliseconds(1), time: new NoPatience());
        var path = Path.GetTempFileName();
        File.WriteAllBytes(path, new byte[bytes]);
        Assert.Throws<ArtifactStoreAwayException>(() => new S3Upload(bucket, "a", path, bytes).Run());
        File.Delete(path);
    }

    /// <summary>However long a request might take by itself: an attempt that nobody wants clears up for five seconds, one that is preempted stores for twenty.</summary>
    [Theory]
    [InlineData(StopReason.Cancel)]
    [InlineData(StopReason.Lost)]
    [InlineData(StopReason.Preempt)]
    public void A_stop_ends_what_is_being_asked(StopReason reason)
    {
        using var bucket = Bucket(Long);
        var stop = new StopSignal();
        using var waits = StoreWait.ToSave(stop);
        var asking = new ManualResetEventSlim();
        var stopper = new Thread(() =>
        {
            asking.Wait(TestContext.Current.CancellationToken);
            stop.Request(reason);
        });
        stopper.Start();
        var away = Assert.Throws<ArtifactStoreAwayException>(() => bucket.Ask(s3 => bucket.Wait(cancel =>
        {
            asking.Set();
            return s3.GetObjectAsync(new GetObjectRequest { BucketName = bucket.Name, Key = "a" }, cancel);
        })));
        Assert.Contains("before this had to stop", away.Message, StringComparison.Ordinal);
        stopper.Join();
    }

    [Fact]
    public void What_comes_after_the_grace_is_not_asked_at_all()
    {
        using var bucket = Bucket(Long);
        var stop = new StopSignal();
        stop.Request(StopReason.Cancel);
        using var waits = StoreWait.Until(stop);
        Assert.Throws<ArtifactStoreAwayException>(() => bucket.Ask(_ => bucket.Head("a")));
        Assert.Throws<ArtifactStoreAwayException>(() => bucket.Ask(_ => bucket.Head("b")));
        Assert.True(StoreWait.Requests.IsCancellationRequested);
    }

    /// <summary>A run that is paused and whose worker goes then: the body is waited for from the first of the two.</summary>
    [Fact]
    public void A_second_stop_with_a_grace_begins_no_second_grace()
    {
        var stop = new StopSignal();
        stop.Request(StopReason.Pause);
        Thread.Sleep(50);
        var before = stop.Age;
        stop.Request(StopReason.Preempt);
        Assert.True(stop.Age >= before);
    }

    [Fact]
    public void After_the_last_request_of_a_stop_nothing_is_waited_for()
    {
        var stop = new StopSignal();
        stop.Request(StopReason.Preempt);
        using var waits = StoreWait.ToSave(stop);
        StoreWait.Requests.WaitHandle.WaitOne();
        Assert.False(StoreWait.Block(TimeProvider.System, TimeSpan.FromDays(1)));
    }

    public void Dispose()
    {
        _listener.Stop();
        lock (_taken)
            _taken.ForEach(c => c.Dispose());
    }

    private BucketClient Bucket(TimeSpan silence, TimeProvider? time = null) => BucketClient.Open(
        S3Address.Parse("s3://silent/x", name => name == "AWS_ENDPOINT_URL" ? $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}" : null), time ?? new ImpatientTime(), new BasicAWSCredentials("id", "secret"), retries: 0, silence);

    private void Take()
    {
        try
        {
            while (true)
            {
                var client = _listener.AcceptTcpClient();
                lock (_taken)
                    _taken.Add(client);
            }
        }
        catch (SocketException)
        {
            // The test is over.
        }
    }

    /// <summary>Each look at it is an hour after the one before.</summary>
    private sealed class NoPatience : TimeProvider
    {
        private long _hours;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => 3600 * Interlocked.Increment(ref _hours);
    }
}
