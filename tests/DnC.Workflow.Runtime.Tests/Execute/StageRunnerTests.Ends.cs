using DnC.Workflow.Runtime.Execute;
using DnC.Workflow.Runtime.Execute.Child;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Lifecycle;
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

        // Nothing is told to the ledger, and whoever watches the worker hears of it all the same.
        _runner.Stop.Request(StopReason.Lost);
        _runner.Run(RunnerFixture.Claim(), _ => throw new StageStopped());
        Assert.StartsWith("was lost: ", _runner.Ends[4], StringComparison.Ordinal);
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
    public void An_attempt_that_cannot_begin_is_given_back_for_nothing_and_said_to_be_the_machines_fault()
    {
        _runner.Health = Health();
        _runner.Run(RunnerFixture.Claim(), new ChildProcessHost(new ChildCommand(_runner.Folder.At("gone", "dnc"), ["stage"]), new LeaseSettings(), _runner.Time));
        Assert.StartsWith($"release base for nothing: worker {Environment.MachineName} cannot run stages: the program ", Calls.Last(), StringComparison.Ordinal);
        Assert.Contains("does not start", _runner.Health.Ailment, StringComparison.Ordinal);

        // The work folder's name is a file's.
        Directory.Delete(_runner.Work, recursive: true);
        File.WriteAllText(_runner.Work, "");
        var ran = false;
        _runner.Run(RunnerFixture.Claim(), _ =>
        {
            ran = true;
            return LambdaBody.Nothing;
        });
        Assert.False(ran);
        Assert.StartsWith($"release base for nothing: worker {Environment.MachineName} cannot run stages: its work folder ", Calls.Last(), StringComparison.Ordinal);
        Assert.Empty(_runner.Ledger.Failures);
    }

    [Fact]
    public void A_process_that_ends_before_its_body_begins_is_the_machines_fault()
    {
        _runner.Health = Health();
        _runner.Run(RunnerFixture.Claim(), new ChildProcessHost(new ChildCommand("/bin/sh", ["-c", "exit 3"]), new LeaseSettings(), _runner.Time));
        Assert.Contains("ended with exit code 3 and without a result before its body began", Calls.Last(), StringComparison.Ordinal);
        Assert.StartsWith("release base for nothing: ", Calls.Last(), StringComparison.Ordinal);

        // A kill says nothing of the machine.
        _runner.Run(RunnerFixture.Claim(), new ChildProcessHost(new ChildCommand("/bin/sh", ["-c", "kill -9 $$"]), new LeaseSettings(), _runner.Time));
        Assert.Contains("SIGKILL", Assert.Single(_runner.Ledger.Failures).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_no_other_machine_could_do_better_an_attempt_that_cannot_begin_has_failed()
    {
        _runner.Run(RunnerFixture.Claim(), new ChildProcessHost(new ChildCommand(_runner.Folder.At("gone", "dnc"), ["stage"]), new LeaseSettings(), _runner.Time));
        Assert.Contains("does not start", Assert.Single(_runner.Ledger.Failures).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failure_on_a_machine_that_is_found_ill_costs_nothing_and_on_a_healthy_one_it_does()
    {
        string? wrong = "the disk is full.";
        _runner.Health = new WorkerHealth(() => wrong, _runner.Time, _ => { });
        _runner.Run(RunnerFixture.Claim(), _ => throw new IOException("No space left on device", 28));
        Assert.Equal($"release base for nothing: worker {Environment.MachineName} cannot run stages: the disk is full.", Assert.Single(Calls));
        wrong = null;
        _runner.Run(RunnerFixture.Claim(), _ => throw new IOException("No space left on device", 28));
        Assert.Contains("is full", Assert.Single(_runner.Ledger.Failures).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_wait_for_a_device_is_no_part_of_the_limit_and_whatever_ends_in_it_costs_nothing(bool begins)
    {
        _runner.Run(RunnerFixture.Claim(options: new StageOptions { TimeoutMinutes = 5 }), new LambdaHost(attempt =>
        {
            attempt.Progress(new StageProgress(0, 0, Phase: "waits for cuda:0") { Waits = true });
            _runner.Time.Advance(TimeSpan.FromHours(1));
            if (begins)
            {
                attempt.Begun();
                _runner.Time.Advance(TimeSpan.FromMinutes(4.9));
            }

            Assert.False(attempt.Stop.IsRequested);
            attempt.Stop.Request(StopReason.Preempt);
            return new AttemptOutcome.Stopped("stopped on request");
        }));
        Assert.Equal($"release base{(begins ? "" : " for nothing")}: engine stopping: stopped on request", Calls.Last());
    }

    [Fact]
    public void A_body_that_had_to_wait_has_its_limit_from_then_on_and_a_process_that_hangs_before_has_it_too()
    {
        foreach (var begins in (bool[])[true, false])
        {
            using var runner = new RunnerFixture();
            runner.Run(RunnerFixture.Claim(options: new StageOptions { TimeoutMinutes = 5 }), new LambdaHost(attempt =>
            {
                if (begins)
                {
                    attempt.Progress(new StageProgress(0, 0) { Waits = true });
                    runner.Time.Advance(TimeSpan.FromHours(1));
                    attempt.Begun();
                }

                runner.Time.Advance(TimeSpan.FromMinutes(5));
                Assert.Equal(StopReason.Timeout, attempt.Stop.Reason);
                return new AttemptOutcome.Stopped("was killed");
            }));
            Assert.Contains("limit of 5 minutes", Assert.Single(runner.Ledger.Failures).Message, StringComparison.Ordinal);
        }
    }

    private sealed class LambdaHost(Func<HostedAttempt, AttemptOutcome> run) : IStageHost
    {
        public AttemptOutcome Run(HostedAttempt attempt) => run(attempt);
    }

    [Theory]
    [InlineData("its disk is full.")]
    [InlineData(null)]
    public void Inputs_that_find_no_room_are_the_machines_fault_only_where_there_is_none_without_them(string? wrong)
    {
        using var runner = new RunnerFixture { Store = new FullStore() };
        runner.Health = new WorkerHealth(() => wrong, runner.Time, _ => { });
        var input = new ArtifactFile("run/embed.1-1", "model", 1, new string('0', 64));
        runner.Run(RunnerFixture.Claim(inputs: new(StringComparer.Ordinal) { ["model"] = input }), _ => LambdaBody.Nothing);
        if (wrong is null)
            Assert.Contains("is full", Assert.Single(runner.Ledger.Failures).Message, StringComparison.Ordinal);
        else
            Assert.StartsWith("release base for nothing: ", Assert.Single(runner.Ledger.Calls), StringComparison.Ordinal);
    }

    private WorkerHealth Health() => new(() => null, _runner.Time, _ => { });

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
