using System.Runtime.InteropServices;
using System.Text.Json;
using DnC.Workflow.Cli.Status;
using DnC.Workflow.Cli.Tests.Status;
using DnC.Workflow.Runtime.Hosting;
using DnC.Workflow.Runtime.Postgres;

namespace DnC.Workflow.Cli.Tests.EndToEnd;

/// <summary>Workers and commands beside them as processes, on a private PostgreSQL that they share.</summary>
public sealed partial class WorkerTests : IDisposable
{
    private readonly FinishedRun _finished;
    private readonly TestFolder _folder = new();

    public WorkerTests(FinishedRun finished)
    {
        if (!PrivatePostgres.Available(out var why))
            Assert.Skip(why);
        _finished = finished;

        // As root the server runs as another user, who has to reach its folder.
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_folder.Path, File.GetUnixFileMode(_folder.Path) | UnixFileMode.OtherExecute);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_run_outlives_a_killed_worker_and_ends_with_the_very_weights_of_one_command_alone()
    {
        using var first = Worker();
        var id = Run("run", _finished.Spec, "--data", _finished.Data.Shards, "--detach").Expect(0).Out.Trim();
        first.ReadUntil("base 1-1 starts");
        using var second = Worker();
        first.ReadUntil("expert");
        first.Kill(tree: true);

        var watched = Run("resume", id).Expect(0);
        Assert.Contains("succeeded", watched.Out, StringComparison.Ordinal);
        var status = Status(id);
        Assert.All(status.Stages, s => Assert.Equal("succeeded", s.State));
        Assert.Equal(Weights(_finished.Root), Weights(_folder.At("root")));
        Assert.Contains($"  {status.Model}\n", watched.Out, StringComparison.Ordinal);
        Assert.StartsWith(_folder.At("root", "artifacts"), status.Model, StringComparison.Ordinal);

        var events = Run("events", id).Expect(0).Out;
        Assert.Contains("LeaseExpired", events, StringComparison.Ordinal);
        Assert.Contains("runs 'distill'", Run("log", id, "distill").Expect(0).Out, StringComparison.Ordinal);
        using var listed = JsonDocument.Parse(Run("workers", "--json").Expect(0).Out);
        Assert.Equal(["live", "vanished"], listed.RootElement.EnumerateArray().Select(w => w.GetProperty("state").GetString()).Order(StringComparer.Ordinal));

        // The same again is there already: nothing of it runs.
        Assert.Contains("reused", Run("run", _finished.Spec, "--data", _finished.Data.Shards).Expect(0).Out, StringComparison.Ordinal);
        using var runs = JsonDocument.Parse(Run("runs", "--json").Expect(0).Out);
        Assert.Equal([("succeeded", false), ("succeeded", true)], runs.RootElement.EnumerateArray().Select(r => (r.GetProperty("state").GetString(), r.GetProperty("id").GetString() == id)));
        second.Signal(PosixSignal.SIGTERM);
        Assert.Contains("Stopped", second.Wait().Expect(0).Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Wishes_reach_a_worker_and_leaving_a_watch_changes_nothing()
    {
        var spec = _folder.Write("long.json", SmallSpec.Text(epochs: 20_000));
        using var holds = Worker("cpu");
        using (var watch = DncProcess.Start(Shared("run", spec, "--data", _finished.Data.Shards)))
        {
            // Nobody serves its class.
            Assert.Contains("base", watch.ReadUntil("no live worker serves that class"), StringComparison.Ordinal);
            watch.Signal(PosixSignal.SIGINT);
            var left = watch.Wait().Expect(130);
            Assert.Contains("Detached", left.Out, StringComparison.Ordinal);
        }

        var id = JsonDocument.Parse(Run("status", "--json").Expect(0).Out).RootElement.GetProperty("id").GetString()!;
        var waits = Assert.Single(Status(id).Waits);
        Assert.Contains("'gpu' worker", waits, StringComparison.Ordinal);
        Assert.Contains(waits.Split(" (")[0], Run("status").Expect(0).Out, StringComparison.Ordinal);

        using var worker = Worker();
        worker.ReadUntil("base 1-1 starts");
        Assert.Contains($"{id}/base", Run("workers").Expect(0).Out, StringComparison.Ordinal);
        Run("pause", id).Expect(0);
        worker.ReadUntil("base 1-1 was released: paused");
        Assert.Equal(("paused", "ready"), (Status(id).State, Stage(id, "base").State));
        Assert.Equal(id, Run("resume", id, "--detach").Expect(0).Out.Trim());
        worker.ReadUntil("base 1-2 ");
        Run("cancel", id).Expect(0);
        worker.ReadUntil("base 1-2 ");
        Assert.Equal(("cancelled", "cancelled"), (Status(id).State, Stage(id, "base").State));
        foreach (var process in (DncProcess[])[worker, holds])
        {
            process.Signal(PosixSignal.SIGTERM);
            process.Signal(PosixSignal.SIGTERM);
            process.Wait().Expect(0);
        }
    }

    [Theory]
    [InlineData("no connection string;sesame")]
    [InlineData("Host=127.0.0.1;Port=1;Username=u;Password=sesame;Database=d")]
    [InlineData("postgresql://u:sesame@127.0.0.1:1/d")]
    [InlineData("Host=127.0.0.1;Username=u;Password=sesame")]
    public void A_database_that_is_none_is_said_without_its_password(string connection)
    {
        foreach (var command in (string[][])[["status"], ["workers"], ["run", _finished.Spec, "--data", _finished.Data.Shards]])
        {
            var refused = DncProcess.Run([.. command, "--root", _folder.At("root"), "--postgres", connection]).Expect(2);
            Assert.DoesNotContain("sesame", refused.All, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", refused.All, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Who_watches_for_nobody_leaves_and_the_run_stays()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "a pipe that nobody reads is not seen there");

        // There is no worker: the run itself never ends.
        var watched = DncProcess.RunBefore("head -n 1", Shared("run", _finished.Spec, "--data", _finished.Data.Shards)).Expect(0);
        Assert.Matches(@"\ARun \w+ .*\n\z", watched.Out);
        Assert.Equal("running", Status(watched.Out.Split(' ')[1]).State);
    }

    [Fact]
    public void A_worker_waits_for_a_server_that_cannot_be_reached_and_hides_its_password()
    {
        using var worker = DncProcess.Start("worker", "--queues", "cpu", "--root", _folder.At("root"), "--postgres", "Host=127.0.0.1;Port=1;Username=u;Password=sesame;Database=d");
        worker.ReadUntil("Trying again");

        // It is alive: a health check that killed it would not bring the database back.
        SpinWait.SpinUntil(() => Directory.EnumerateFiles(_folder.At("root"), WorkerEngine.AliveFile, SearchOption.AllDirectories).Any());
        if (OperatingSystem.IsLinux())
            Assert.DoesNotContain("sesame", File.ReadAllText($"/proc/{worker.Id}/cmdline"), StringComparison.Ordinal);
        worker.Signal(PosixSignal.SIGTERM);
        Assert.DoesNotContain("sesame", worker.Wait().Expect(0).All, StringComparison.Ordinal);
    }

    [Fact]
    public void A_worker_that_is_refused_ends()
    {
        using var server = PrivatePostgres.Start(_folder.At("root", "postgres"));
        var wrong = server.ConnectionString.Replace("Password=", "Password=wrong", StringComparison.Ordinal);
        Assert.Contains("refuses user", Refused(wrong, "cpu"), StringComparison.Ordinal);
        Assert.Contains("max_connections", Refused(server.ConnectionString, "cpu:900"), StringComparison.Ordinal);
        Assert.Contains("--queues", Refused(server.ConnectionString, "cpu:0"), StringComparison.Ordinal);
        Assert.Contains("--keep 3w", Refused(server.ConnectionString, "cpu", "--keep", "3w"), StringComparison.Ordinal);
        var file = Environment.ProcessPath!;
        Assert.Contains($"--tensorboard {file}: that is a file", Refused(server.ConnectionString, "cpu", "--tensorboard", file), StringComparison.Ordinal);
        using var worker = Worker("cpu");
        Assert.Contains("Runs are forgotten 90 days after their end", worker.ReadUntil("forgotten"), StringComparison.Ordinal);
        Assert.Contains("--work DIR", Refused(server.ConnectionString, "cpu", "--work", _folder.At("root", "workers", "1")), StringComparison.Ordinal);
    }

    private string Refused(string connection, string queues, params string[] more) =>
        DncProcess.Run(["worker", "--queues", queues, "--root", _folder.At("root"), "--postgres", connection, .. more]).Expect(2).Error;

    private DncProcess Worker(string queues = "gpu:2")
    {
        var worker = DncProcess.Start(Shared("worker", "--queues", queues));
        worker.ReadUntil("serves");
        return worker;
    }

    private DncResult Run(params string[] command) => DncProcess.Run(Shared(command));

    private string[] Shared(params string[] command) => [.. command, "--root", _folder.At("root"), "--postgres", "managed"];

    private StatusReport Status(string id)
    {
        var text = Run("status", id, "--json").Expect(0).Out;
        using var json = JsonDocument.Parse(text);
        Assert.Null(StatusSchema.Fault(json.RootElement));
        return JsonSerializer.Deserialize<StatusReport>(text, Stages.Spec.SpecJson.Options)!;
    }

    private StatusStage Stage(string id, string name) => Status(id).Stages.Single(s => s.Name == name);

    /// <summary>A digest of the distilled weights, wherever the artifacts keep them.</summary>
    private static string Weights(string root)
    {
        var file = Assert.Single(Directory.EnumerateFiles(Path.Combine(root, "artifacts"), "model.safetensors", SearchOption.AllDirectories), f =>
            Path.GetFileName(Path.GetDirectoryName(f)!).StartsWith("distill.", StringComparison.Ordinal));
        return Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file)));
    }
}
