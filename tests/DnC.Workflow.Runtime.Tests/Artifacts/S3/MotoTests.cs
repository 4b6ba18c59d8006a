using Amazon.S3;
using DnC.Workflow.Runtime.Artifacts;
using DnC.Workflow.Runtime.Artifacts.S3;
using DnC.Workflow.Runtime.Execute;
using DnC.Workflow.Runtime.Tests.Execute;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Runtime.Tests.Artifacts.S3;

/// <summary>The bucket store on a server that checks signatures and knows its uploads.</summary>
public sealed class MotoTests(MotoServer server) : IClassFixture<MotoServer>, IDisposable
{
    private const int Parts = 6;

    private readonly TestFolder _folder = new();
    private readonly List<IDisposable> _owned = [];

    private string Prefix { get; } = TestContext.Current.Test!.UniqueID[..12];

    public void Dispose()
    {
        _owned.ForEach(o => o.Dispose());
        _folder.Dispose();
    }

    [Fact]
    public async Task A_wrong_secret_is_told_and_repeated_nowhere()
    {
        const string wrong = "a secret that nobody may read";
        server.Required();
        await using var signed = await MotoServer.StartSigned();
        var error = Assert.Throws<UserInputException>(() => Store(Look(wrong)));
        Assert.StartsWith($"The credentials are not accepted for bucket 'dnc' at http://127.0.0.1:{signed.Port} (SignatureDoesNotMatch)", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(wrong, error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(signed.Id, error.Message, StringComparison.Ordinal);
        Store(Look(signed.Secret));

        BucketClient Look(string secret) =>
            BucketClient.Open(signed.Address(), new ImpatientTime(), new Amazon.Runtime.BasicAWSCredentials(signed.Id, secret), retries: 0);
    }

    [Fact]
    public void What_is_sealed_comes_back_and_goes()
    {
        var store = Store();
        var first = store.Seal(Write(1, 1 << 10), "run/s.1-1.checkpoint-1");
        var second = store.Seal(Write(1, 1 << 10), "run/s.1-1.checkpoint-2", basis: "run/s.1-1.checkpoint-1");
        store.Delete("run/s.1-1.checkpoint-1");
        Assert.False(store.IsPresent(first));
        Assert.True(Store().IsWhole(second));
        Assert.Equal(["run/s.1-1.checkpoint-2"], store.List().Select(l => l.Location));
        Assert.Equal(second.Files[0].Digest, Manifest.Digest(Store().Open(second.Files[0], _folder.At("inputs"))));
    }

    /// <summary>This server lists parts without their SHA-256: what was answered for is not sent again, whatever else it has is.</summary>
    [Fact]
    public void After_a_cut_line_the_server_is_asked_which_parts_it_has()
    {
        using var proxy = new CuttingProxy(server.Required().Port);

        // The SDK repeats by itself; the line is mended when that has given up.
        var store = Store(Connect(proxy.Port, new WaitTold(() => proxy.CutAfter(long.MaxValue, refusals: 0))));
        proxy.CutAfter(3 * S3Upload.PartBytes, refusals: int.MaxValue);
        var artifact = store.Seal(Write(Parts, S3Upload.PartBytes), "run/cut.1-1");
        Assert.Equal(artifact.Files[0].Digest, Manifest.Digest(Store().Open(artifact.Files[0])));
        var upload = Requests();
        Assert.Single(upload, r => r.Contains("?uploads ", StringComparison.Ordinal));
        Assert.Contains(upload, r => r.Contains("\"GET ", StringComparison.Ordinal) && r.Contains("uploadId=", StringComparison.Ordinal) && r.Contains("\" 200", StringComparison.Ordinal));
        Assert.InRange(proxy.Sent, Parts * S3Upload.PartBytes, (Parts + 4) * S3Upload.PartBytes);
    }

    [Fact]
    public void An_upload_that_was_swept_away_meanwhile_begins_again()
    {
        using var proxy = new CuttingProxy(server.Required().Port);
        var swept = 0;
        var store = Store(Connect(proxy.Port, new WaitTold(() =>
        {
            swept += Sweep();
            proxy.CutAfter(long.MaxValue, refusals: 0);
        })));
        proxy.CutAfter(3 * S3Upload.PartBytes, refusals: int.MaxValue);
        var artifact = store.Seal(Write(Parts, S3Upload.PartBytes), "run/swept.1-1");
        Assert.Equal(1, swept);
        Assert.Equal(artifact.Files[0].Digest, Manifest.Digest(Store().Open(artifact.Files[0])));
        Assert.Equal(2, Requests().Count(r => r.Contains("?uploads ", StringComparison.Ordinal)));
    }

    [Fact]
    public void An_upload_that_is_given_up_leaves_no_parts_behind()
    {
        using var proxy = new CuttingProxy(server.Required().Port);

        // Back for the farewell alone: the parts are given up when all waits are over.
        using var stop = new StopOnWait();
        var store = Store(Connect(proxy.Port, new WaitTold(() =>
        {
            proxy.CutAfter(long.MaxValue, refusals: 0);
            stop.Signal.Request(StopReason.Preempt);
        })));
        proxy.CutAfter(3 * S3Upload.PartBytes, refusals: int.MaxValue);
        Assert.Throws<ArtifactStoreAwayException>(() => store.Seal(Write(Parts, S3Upload.PartBytes), "run/given-up.1-1"));
        Assert.Equal(0, Sweep());
    }

    [Fact]
    public void A_collection_ends_uploads_that_nobody_goes_on_with_and_leaves_young_ones()
    {
        var store = Store();
        using (var direct = Connect(server.Port, new ImpatientTime()))
        {
            foreach (var key in (string[])["run/one.1-1/model.bin", "run/two.1-1.checkpoint-5/inner/state", "somebody/else", "somebody/else/file"])
                direct.Wait(cancel => direct.Client.InitiateMultipartUploadAsync(direct.Name, direct.Address.Prefix + key, cancel));
        }

        Assert.Equal(0, store.GiveUpUploads(TimeSpan.FromDays(20_000)));
        Assert.Equal(2, store.GiveUpUploads(TimeSpan.FromDays(-1)));
        Assert.Equal(2, Sweep());
    }

    private sealed class StopOnWait : IDisposable
    {
        private readonly IDisposable _scope;

        public StopOnWait() => _scope = StoreWait.Until(Signal);

        public StopSignal Signal { get; } = new();

        public void Dispose() => _scope.Dispose();
    }

    /// <summary>As a rule of the bucket does that aborts what was begun and not completed.</summary>
    private int Sweep()
    {
        using var direct = Connect(server.Port, new ImpatientTime());
        var begun = direct.Wait(cancel => direct.Client.ListMultipartUploadsAsync(direct.Name, Prefix, cancel)).MultipartUploads ?? [];
        foreach (var upload in begun.Where(u => u.Key.StartsWith(Prefix, StringComparison.Ordinal)))
            direct.Wait(cancel => direct.Client.AbortMultipartUploadAsync(direct.Name, upload.Key, upload.UploadId, cancel));
        return begun.Count;
    }

    private List<string> Requests() => [.. server.Log.Where(l => l.Contains($"/dnc/{Prefix}/", StringComparison.Ordinal))];

    private BucketClient Connect(int port, TimeProvider time) => BucketClient.Open(server.Address(Prefix, port), time, server.Credentials, retries: 0);

    [Fact]
    public void A_bucket_is_given_one_id_for_good()
    {
        var store = Store();
        Assert.Null(store.FindId());
        Assert.Equal("the first", store.GiveId("the first"));
        Assert.Equal("the first", Store().GiveId("the second"));
        Assert.Equal("the first", Store().FindId());
        Assert.Empty(store.List());
    }

    private S3Store Store() => Store(Connect(server.Required().Port, new ImpatientTime()));

    private S3Store Store(BucketClient bucket)
    {
        var store = S3Store.Open(bucket, new LocalCache(_folder.At($"cache {_owned.Count}"), 1 << 30, TimeProvider.System));
        _owned.Add(store);
        return store;
    }

    private string Write(int pieces, long bytes)
    {
        var path = _folder.Make(Path.GetRandomFileName());
        var noise = new byte[pieces * bytes];
        new Random(pieces).NextBytes(noise);
        File.WriteAllBytes(Path.Combine(path, "model.bin"), noise);
        return path;
    }

    /// <summary>A clock whose waits are over at once, and told of before.</summary>
    private sealed class WaitTold(Action waits) : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            waits();
            return base.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
