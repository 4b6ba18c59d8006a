using DnC.Workflow.Runtime.Execute;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Tests.Execute;

// How an attempt ended is told in words, and what is a machine's fault is told of that machine.
public sealed partial class StageRunnerTests
{
    [Fact]
    public void How_an_attempt_ended_is_said_with_its_cause()
    {
        _runner.Run(RunnerFixture.Claim(), _ => LambdaBody.Nothing);
        _runner.Run(RunnerFixture.Claim(), _ => throw new StageFailure("no room", retryable: true));
        _runner.Run(RunnerFixture.Claim(), _ => throw new InputLostException("model", "unreadable"));
        _runner.Stop.Request(StopReason.Pause);
        _runner.Run(RunnerFixture.Claim(), _ => throw new StageStopped());
        Assert.Equal(["succeeded", "failed: no room", "was given back, and what is lost is made again: Input 'model': unreadable"], _runner.Ends.Take(3));
        Assert.StartsWith("was released: paused: ", _runner.Ends[3], StringComparison.Ordinal);
    }

    [Fact]
    public void Images_that_a_worker_does_not_see_are_its_own_fault()
    {
        _runner.Sight = new DataSight(_runner.Time);
        var ran = false;
        _runner.Run(DataSightTests.Reading(_runner.Folder.At("images")), _ =>
        {
            ran = true;
            return LambdaBody.Nothing;
        });
        Assert.False(ran);
        Assert.Equal(
            $"release base for nothing: worker {Environment.MachineName} does not see '{_runner.Folder.At("images")}' (the data has to be at the same path on every worker)",
            Assert.Single(Calls));
        Assert.Contains("does not see", Assert.Single(_runner.Ends), StringComparison.Ordinal);
        Assert.Equal([("run", "lambda")], _runner.Sight.Avoided());
    }

    [Fact]
    public void Images_that_go_away_while_a_stage_reads_them_are_the_machines_fault_too()
    {
        _runner.Sight = new DataSight(_runner.Time);
        var images = _runner.Folder.Make("images");
        File.WriteAllText(Path.Combine(images, "1.png"), "");
        _runner.Run(DataSightTests.Reading(images), _ =>
        {
            Directory.Delete(images, recursive: true);
            throw new UserInputException("gone");
        });
        Assert.StartsWith("release base for nothing: ", Assert.Single(Calls), StringComparison.Ordinal);
    }

    [Fact]
    public void A_store_that_is_away_costs_no_budget_and_loses_no_input()
    {
        var artifact = Sealed();
        Directory.Move(_runner.Folder.At("artifacts"), _runner.Folder.At("unmounted"));
        _runner.Run(RunnerFixture.Claim(inputs: new(StringComparer.Ordinal) { ["model"] = artifact.Find("model")! }), _ => LambdaBody.Nothing);
        Assert.StartsWith("release base for nothing: The artifact store ", Assert.Single(Calls), StringComparison.Ordinal);
    }

    [Fact]
    public void Finished_outputs_wait_for_a_store_that_is_away()
    {
        Sealed();
        var running = new Thread(() => _runner.Run(RunnerFixture.Claim(), context =>
        {
            File.WriteAllText(Path.Combine(context.OutputFolder, "out"), "days of work");
            Directory.Move(_runner.Folder.At("artifacts"), _runner.Folder.At("unmounted"));
            return LambdaBody.Nothing;
        }));
        running.Start();
        var log = new WorkArea(_runner.Work, RunnerFixture.Claim()).Log;
        SpinWait.SpinUntil(() => File.Exists(log) && ReadShared(log).Contains("wait to be stored", StringComparison.Ordinal));
        Directory.Move(_runner.Folder.At("unmounted"), _runner.Folder.At("artifacts"));
        while (running.IsAlive)
            _runner.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("complete base", Assert.Single(Calls));
    }

    // Of the store that the ledger knows by its id.
    private Artifact Sealed()
    {
        _runner.Store.Expect(_runner.Store.GiveId("id"));
        File.WriteAllText(Path.Combine(_runner.Folder.Make("made"), "model"), "weights");
        return _runner.Store.Seal(_runner.Folder.At("made"), "run/embed.1-1");
    }

    private static string ReadShared(string path)
    {
        using var text = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return text.ReadToEnd();
    }

    [Fact]
    public void Where_there_is_one_machine_missing_images_fail_the_stage()
    {
        _runner.Run(DataSightTests.Reading(_runner.Folder.At("images")), _ => throw new UserInputException("no images"));
        Assert.Equal("fail base", Assert.Single(Calls));
        Assert.False(Assert.Single(_runner.Ledger.Failures).Retryable);
    }
}
