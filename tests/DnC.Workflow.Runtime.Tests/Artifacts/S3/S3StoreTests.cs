using System.Security.Cryptography;
using DnC.Workflow.Runtime.Artifacts;
using DnC.Workflow.Runtime.Artifacts.S3;
using DnC.Workflow.Runtime.Execute;
using DnC.Workflow.Runtime.Tests.Execute;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Tests.Artifacts.S3;

public sealed class S3StoreTests(S3Server server) : IClassFixture<S3Server>, IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly List<IDisposable> _owned = [];

    private string Prefix { get; } = TestContext.Current.Test!.UniqueID[..12];

    public void Dispose()
    {
        _owned.ForEach(o => o.Dispose());
        _folder.Dispose();
    }

    [Fact]
    public void What_is_sealed_comes_back_on_another_machine()
    {
        var store = Store();
        var output = Write(("model.bin", Noise(40 << 20)), ("lists/0.txt", "a\n"u8.ToArray()), ("empty", []));
        var expected = Manifest.Of(output, "run/base.1-1");
        var artifact = store.Seal(output, "run/base.1-1");

        Assert.False(Directory.Exists(output));
        Assert.Equal(expected.Files, artifact.Files);
        Assert.True(store.IsPresent(artifact));
        var other = Store("other");
        Assert.True(other.IsWhole(artifact));
        foreach (var file in artifact.Files)
        {
            var path = other.Open(file, _folder.At("inputs"));
            Assert.Equal(Path.GetFileName(file.Name), Path.GetFileName(path));
            Assert.Equal(file.Digest, Manifest.Digest(path));
        }

        Assert.Equal(artifact.Files, other.Find("run/base.1-1")!.Files);
        Assert.Null(other.Find("run/base.1-2"));
        var whole = other.OpenFolder("run/base.1-1", _folder.At("whole"));
        Assert.Equal(expected.Files, Manifest.Of(whole, "run/base.1-1").Files);
        Assert.Equal([(40 << 20) + 2L], other.List("run/").Select(l => l.Bytes - ManifestBytes(artifact)));
    }

    [Fact]
    public void An_upload_goes_on_with_the_parts_that_are_missing()
    {
        using var proxy = new CuttingProxy(server.Required().Port);
        var store = Store(port: proxy.Port);
        var output = Write(("model.bin", Noise(9 * (int)S3Upload.PartBytes)));
        proxy.CutAfter(5 * S3Upload.PartBytes, refusals: 3);
        var artifact = store.Seal(output, "run/cut.1-1");

        Assert.Equal(artifact.Files[0].Digest, Manifest.Digest(Store("other").Open(artifact.Files[0])));
        var stored = server.Log.Where(l => l.Contains("Stored part", StringComparison.Ordinal)).ToList();
        var upload = stored[^1].Split(' ').Single(w => w.Length == 32);
        var parts = stored.Where(l => l.Contains(upload, StringComparison.Ordinal)).Select(l => l.Split("Stored part ")[1].Split(' ')[0]).ToList();
        Assert.Equal(9, parts.Distinct().Count());
        // This server lists no parts, so one that it stored while another's cut took its answer along goes up again; never one that was answered for.
        Assert.InRange(parts.Count, 9, 9 + S3Upload.AtOnce - 1);
        Assert.InRange(proxy.Sent, 9 * S3Upload.PartBytes, 14 * S3Upload.PartBytes - 1);
    }

    [Fact]
    public void A_download_goes_on_where_the_line_was_cut()
    {
        var artifact = Store().Seal(Write(("model.bin", Noise(40 << 20))), "run/base.1-1");
        using var proxy = new CuttingProxy(server.Port);
        var store = Store("other", proxy.Port);
        proxy.CutAfter(30 << 20, refusals: 3);
        Assert.Equal(artifact.Files[0].Digest, Manifest.Digest(store.Open(artifact.Files[0], _folder.At("inputs"))));
        Assert.InRange(proxy.Received, 40 << 20, 45 << 20);
    }

    [Fact]
    public void A_bit_that_flipped_in_the_bucket_is_found()
    {
        var store = Store();
        var artifact = store.Seal(Write(("model.bin", Noise(100_000))), "run/base.1-1");
        Flip(server.FileOf($"{Prefix}/run/base.1-1/model.bin"));
        Assert.True(store.IsPresent(artifact));
        Assert.Contains("damaged in the store", Assert.Throws<ArtifactLostException>(() => store.Open(artifact.Files[0])).Message);
        Assert.Contains("damaged in the store", Assert.Throws<ArtifactLostException>(() => store.OpenFolder("run/base.1-1", _folder.At("f"))).Message);
    }

    [Fact]
    public void What_has_no_manifest_was_never_sealed()
    {
        var store = Store();
        var artifact = store.Seal(Write(("a", [1]), ("b", [2])), "run/base.1-1");
        File.Delete(server.FileOf($"{Prefix}/run/base.1-1/{Manifest.FileName}"));
        Assert.False(store.IsPresent(artifact));
        Assert.Contains("never whole", Assert.Throws<ArtifactLostException>(() => store.OpenFolder("run/base.1-1", _folder.At("f"))).Message);

        var second = store.Seal(Write(("a", [1]), ("b", [2])), "run/base.1-2");
        File.Delete(server.FileOf($"{Prefix}/run/base.1-2/b"));
        Assert.False(store.IsPresent(second));
        Assert.Contains("is gone", Assert.Throws<ArtifactLostException>(() => store.Open(second.Find("b")!)).Message);
    }

    [Fact]
    public void A_checkpoint_sends_only_what_is_new()
    {
        using var proxy = new CuttingProxy(server.Required().Port);
        var store = Store(port: proxy.Port);
        var segment = Noise(20 << 20);
        store.Seal(Write(("segment-0", segment), ("step", [1])), "run/embed.1-1.checkpoint-1");
        var sent = proxy.Sent;
        store.Seal(Write(("segment-0", segment), ("step", [2])), "run/embed.1-1.checkpoint-2", basis: "run/embed.1-1.checkpoint-1");
        Assert.True(proxy.Sent - sent < 1 << 20, $"{proxy.Sent - sent} bytes were sent for a checkpoint of one new byte.");
        store.Delete("run/embed.1-1.checkpoint-1");
        var folder = Store("other").OpenFolder("run/embed.1-1.checkpoint-2", _folder.At("resume"));
        Assert.Equal(SHA256.HashData(segment), SHA256.HashData(File.ReadAllBytes(Path.Combine(folder, "segment-0"))));
    }

    [Fact]
    public void Deleting_takes_one_location_and_all_of_it()
    {
        var store = Store();
        store.Seal(Write(("a", [1]), ("d/b", [2])), "run/s.1-1");
        store.Seal(Write(("a", [1])), "run/s.1-10");
        store.Seal(Write(("a", [1])), "run/s.1-1.checkpoint-5");
        Assert.Equal(["run/s.1-1", "run/s.1-1.checkpoint-5"], store.List("run/s.1-1").Select(l => l.Location).Where(l => !l.EndsWith('0')).Order(StringComparer.Ordinal));
        store.Delete("run/s.1-1");
        store.Delete("run/never.1-1");
        Assert.Equal(["run/s.1-1.checkpoint-5", "run/s.1-10"], store.List().Select(l => l.Location).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_list_of_many_pages_is_whole_and_dated_by_the_servers_clock()
    {
        var store = Store();
        var before = store.Now();
        store.Seal(Write([.. Enumerable.Range(0, 1100).Select(i => ($"f{i}", new byte[] { 1 }))]), "run/many.1-1");
        var stored = Assert.Single(store.List());
        Assert.Equal(1100 + ManifestBytes(Manifest.Parse(File.ReadAllBytes(server.FileOf($"{Prefix}/run/many.1-1/{Manifest.FileName}")), "")), stored.Bytes);
        Assert.InRange(stored.LastWritten, before, store.Now());
    }

    [Fact]
    public void A_bucket_that_stays_away_is_told_and_the_folder_is_kept()
    {
        using var proxy = new CuttingProxy(server.Required().Port);
        var store = Store(port: proxy.Port);
        var output = Write(("a", [1]));
        proxy.CutAfter(0, refusals: int.MaxValue);
        var error = Assert.Throws<ArtifactStoreAwayException>(() => store.Seal(output, "run/s.1-1"));
        Assert.Contains($"bucket 'dnc' at http://127.0.0.1:{proxy.Port}", error.Message);
        Assert.True(File.Exists(Path.Combine(output, "a")));
    }

    [Fact]
    public void A_stage_goes_on_from_its_checkpoint_on_another_machine()
    {
        using var first = new RunnerFixture { Store = Store() };
        first.Run(RunnerFixture.Claim(), context =>
        {
            RunnerFixture.Save(context, 10);
            RunnerFixture.Save(context, 20);
            throw new Stages.Execution.StageFailure("and then it failed", retryable: true);
        });
        using var second = new RunnerFixture { Store = Store("other") };
        second.Run(RunnerFixture.Claim(attempt: 2, resume: first.Ledger.Checkpoints.Last()), context =>
        {
            Assert.Equal("20", File.ReadAllText(Path.Combine(context.Checkpoints.ResumeFolder!, "state")));
            File.WriteAllText(Path.Combine(context.OutputFolder, "model"), "weights");
            return LambdaBody.Nothing;
        });
        Assert.Contains("complete base", second.Ledger.Calls);
        Assert.Equal(["run/base.1-2"], Store("third").List().Select(l => l.Location));
    }

    [Fact]
    public void A_checkpoint_that_finds_the_bucket_away_costs_no_attempt()
    {
        using var proxy = new CuttingProxy(server.Required().Port);
        using var runner = new RunnerFixture { Store = Store(port: proxy.Port) };
        runner.Run(RunnerFixture.Claim(), context =>
        {
            RunnerFixture.Save(context, 10);
            proxy.CutAfter(0, refusals: int.MaxValue);
            RunnerFixture.Save(context, 20);
            proxy.CutAfter(long.MaxValue, refusals: 0);
            RunnerFixture.Save(context, 30);
            throw new Stages.Execution.StageFailure("no", retryable: true);
        });
        Assert.Equal([10, 30], runner.Ledger.Checkpoints.Select(c => c.Step));
        Assert.Contains("The checkpoint of step 20 could not be stored", Runtime.Execute.AttemptLogs.Find(runner.Store, runner.Work, "run", "base", 1, 1));
        Assert.Equal(["run/base.1-1.checkpoint-30"], runner.Store.List().Select(l => l.Location));
    }

    [Fact]
    public void Inputs_in_a_bucket_that_is_away_cost_no_budget_and_are_not_taken_for_lost()
    {
        var artifact = Store().Seal(Write(("model", Noise(1000))), "run/base.1-1");
        using var proxy = new CuttingProxy(server.Port);
        using var runner = new RunnerFixture { Store = Store("other", proxy.Port) };
        proxy.CutAfter(0, refusals: int.MaxValue);
        var ran = false;
        runner.Run(RunnerFixture.Claim(inputs: new(StringComparer.Ordinal) { ["model"] = artifact.Files[0] }), _ =>
        {
            ran = true;
            return LambdaBody.Nothing;
        });
        Assert.False(ran);
        Assert.StartsWith($"release base for nothing: The bucket 'dnc' at http://127.0.0.1:{proxy.Port} cannot be reached", Assert.Single(runner.Ledger.Calls), StringComparison.Ordinal);
    }

    [Fact]
    public void Finished_outputs_wait_for_a_bucket_that_is_away()
    {
        using var proxy = new CuttingProxy(server.Required().Port);
        using var runner = new RunnerFixture { Store = Store(port: proxy.Port) };
        var running = Finishing(runner, proxy);
        proxy.CutAfter(long.MaxValue, refusals: 0);
        while (running.IsAlive)
            runner.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["complete base"], runner.Ledger.Calls.Where(c => !c.StartsWith("heartbeat", StringComparison.Ordinal)));
        Assert.Equal(["run/base.1-1"], Store("third").List().Select(l => l.Location));
    }

    [Fact]
    public void A_worker_that_is_told_to_stop_waits_for_no_bucket()
    {
        using var proxy = new CuttingProxy(server.Required().Port);
        using var runner = new RunnerFixture { Store = Store(port: proxy.Port) };
        var running = Finishing(runner, proxy);
        runner.Stop.Request(StopReason.Preempt);
        running.Join();
        Assert.StartsWith("release base for nothing: The bucket ", runner.Ledger.Calls.Last(), StringComparison.Ordinal);
    }

    // Its body has ended, and its outputs wait.
    private static Thread Finishing(RunnerFixture runner, CuttingProxy proxy)
    {
        var running = new Thread(() => runner.Run(RunnerFixture.Claim(), context =>
        {
            File.WriteAllText(Path.Combine(context.OutputFolder, "model"), "days of work");
            proxy.CutAfter(0, refusals: int.MaxValue);
            return LambdaBody.Nothing;
        }));
        running.Start();
        var log = new WorkArea(runner.Work, RunnerFixture.Claim()).Log;
        SpinWait.SpinUntil(() => File.Exists(log) && new FileInfo(log).Length > 0);
        return running;
    }

    private static int ManifestBytes(Artifact artifact) => Manifest.Bytes(artifact).Length;

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

    private S3Store Store(string machine = "machine", int? port = null)
    {
        server.Required();
        var cache = new LocalCache(_folder.At(machine, "cache"), 1 << 30, TimeProvider.System);
        var store = S3Store.Open(S3Server.Connect(server.Address(Prefix, port)), cache);
        _owned.Add(store);
        return store;
    }

    private static byte[] Noise(int bytes)
    {
        var noise = new byte[bytes];
        new Random(bytes).NextBytes(noise);
        return noise;
    }

    private static void Flip(string path)
    {
        var bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(path, bytes);
    }

    private string Write(params (string Name, byte[] Bytes)[] files)
    {
        var path = _folder.Make(Path.GetRandomFileName());
        foreach (var (name, bytes) in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(path, name))!);
            File.WriteAllBytes(Path.Combine(path, name), bytes);
        }

        return path;
    }
}
