using System.Runtime.InteropServices;
using DnC.Workflow.Runtime.Postgres;

namespace DnC.Workflow.Cli.Tests.EndToEnd;

// What one machine lacks: the others' store, the images, the database of its own.
public sealed partial class WorkerTests
{
    [Fact]
    public void A_worker_without_the_images_gives_the_stage_back_and_the_run_says_which_it_waits_for()
    {
        var (images, away) = (_folder.At("images"), _folder.At("away"));
        CopyFolder(_finished.Data.Shards, images);
        using var blind = Worker();
        var spec = _folder.Write("spec.json", SmallSpec.Text(epochs: 20_000));
        Directory.Move(images, away);
        Assert.Equal(2, Run("run", spec, "--data", images, "--detach").Code); // the submitter has to see them
        Directory.Move(away, images);
        Run("pause", Run("run", spec, "--data", images, "--detach").Expect(0).Out.Trim()).Expect(0);
        blind.ReadUntil("was released: paused");
        Directory.Move(images, away);
        Run("resume", Latest(), "--detach").Expect(0);
        Assert.Contains($"does not see '{images}' (the data has to be at the same path on every worker).", blind.ReadUntil("was released: worker "), StringComparison.Ordinal);

        // It leaves the run to others, which are told what they would have to see.
        // (Whether 'evaluate[pixels]' is among those that wait by now does not matter.)
        var says = $" for a 'gpu' worker with the images: worker {Environment.MachineName} does not see '{images}'";
        SpinWait.SpinUntil(() => Status(Latest()).Waits.Any(w => w.StartsWith("base", StringComparison.Ordinal) && w.Contains(says, StringComparison.Ordinal)));
        Assert.Equal(("running", "ready"), (Status(Latest()).State, Stage(Latest(), "base").State));
        Directory.Move(away, images);
        using var sees = Worker();
        sees.ReadUntil("base 1-3 ");
        Run("cancel", Latest()).Expect(0);
        sees.ReadUntil("base 1-3 ");
    }

    [Fact]
    public void A_run_whose_id_cannot_be_written_is_submitted_and_found_again()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "a full disk is /dev/full");
        using var server = PrivatePostgres.Start(_folder.At("root", "postgres"));
        string[] submit = ["run", _finished.Spec, "--data", _finished.Data.Shards, "--detach", "--root", _folder.At("root"), "--postgres", server.ConnectionString];
        var told = DncProcess.RunInto("/dev/full", submit).Expect(1).Error;
        var id = DncProcess.Run(submit).Expect(0).Out.Trim();
        Assert.Contains($"Run {id} is submitted, but its id could not be written", told, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_stores_of_one_ledger_are_refused_by_workers_and_by_who_reads_or_deletes()
    {
        using var server = PrivatePostgres.Start(_folder.At("root", "postgres"));
        string[] own = ["--root", _folder.At("root"), "--postgres", server.ConnectionString];
        using (var first = DncProcess.Start(["worker", "--queues", "cpu", .. own]))
        {
            Assert.Contains("which this machine alone sees", first.ReadUntil("WARNING"), StringComparison.Ordinal);
            first.ReadUntil("serves");
        }

        foreach (var command in (string[][])[["worker", "--queues", "cpu"], ["gc"], ["gc", "--dry-run"], ["plan", _finished.Spec, "--data", _finished.Data.Shards]])
        {
            var refused = DncProcess.Run([.. command, .. own, "--artifacts", _folder.At("other")]).Expect(2).Error.ReplaceLineEndings("");
            Assert.Contains("The artifacts of this ledger are in", refused, StringComparison.Ordinal);
            Assert.Contains("--artifacts", refused, StringComparison.Ordinal);
        }

        using var same = DncProcess.Start(["worker", "--queues", "cpu", .. own, "--artifacts", _folder.At("root", "artifacts")]);
        same.ReadUntil("serves");
        DncProcess.Run(["gc", .. own]).Expect(0);
    }

    [Fact]
    public void A_worker_starts_the_roots_own_server_again_and_goes_on()
    {
        using var worker = Worker("cpu");
        var pid = int.Parse(File.ReadLines(_folder.At("root", "postgres", "data", "postmaster.pid")).First(), System.Globalization.CultureInfo.InvariantCulture);
        using (var postmaster = System.Diagnostics.Process.GetProcessById(pid))
            postmaster.Kill();

        // Nobody else is there who would.
        worker.ReadUntil("is started again");
        SpinWait.SpinUntil(() => Run("workers", "--json").Expect(0).Out.Contains("\"live\"", StringComparison.Ordinal));
        worker.Signal(PosixSignal.SIGTERM);
        Assert.Contains("ready for others", worker.Wait().Expect(0).Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_worker_waits_for_a_bucket_that_cannot_be_reached()
    {
        var environment = new Dictionary<string, string>
        {
            ["AWS_ENDPOINT_URL"] = "http://127.0.0.1:1",
            ["AWS_ACCESS_KEY_ID"] = "id",
            ["AWS_SECRET_ACCESS_KEY"] = "sesame",
        };
        using var worker = DncProcess.Start("", environment, Shared("worker", "--queues", "cpu", "--artifacts", "s3://bucket/dnc"));
        Assert.Contains("The bucket 'bucket' at http://127.0.0.1:1 cannot be reached: Connection refused. Check", worker.ReadUntil("Trying again in 10 s."), StringComparison.Ordinal);
        worker.Signal(PosixSignal.SIGTERM);
        Assert.DoesNotContain("sesame", worker.Wait().Expect(0).All, StringComparison.Ordinal);

        // A command does not wait.
        using var gc = DncProcess.Start("", environment, Shared("gc", "--artifacts", "s3://bucket/dnc"));
        Assert.Contains("cannot be reached", gc.Wait().Expect(2).Error.ReplaceLineEndings(" "), StringComparison.Ordinal);
    }

    private string Latest() => System.Text.Json.JsonDocument.Parse(Run("status", "--json").Expect(0).Out).RootElement.GetProperty("id").GetString()!;

    private static void CopyFolder(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
    }
}
