using DnC.Workflow.Runtime.Execute;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Tests.Execute;

public sealed class StageRunnerTests : IDisposable
{
    private readonly RunnerFixture _runner = new();

    public void Dispose() => _runner.Dispose();

    private IEnumerable<string> Calls => _runner.Ledger.Calls.Where(c => !c.StartsWith("heartbeat", StringComparison.Ordinal));

    [Fact]
    public void A_finished_body_is_sealed_then_told_then_cleared()
    {
        _runner.Run(RunnerFixture.Claim(), context =>
        {
            Assert.Equal(3, context.Options.Threads);
            Assert.Null(context.Checkpoints.ResumeFolder);
            File.WriteAllText(Path.Combine(context.OutputFolder, "model"), "weights");
            context.Report.Log("a line");
            RunnerFixture.Save(context, 1);
            return LambdaBody.Nothing;
        });

        Assert.Equal(["checkpoint base", "complete base"], Calls);
        Assert.Equal(
            [AttemptPoint.Claimed, AttemptPoint.Prepared, AttemptPoint.Checkpointed, AttemptPoint.BodyEnded, AttemptPoint.Sealed, AttemptPoint.Settled, AttemptPoint.Cleared],
            _runner.Points);
        Assert.Equal("weights", File.ReadAllText(_runner.Folder.At("artifacts", "run", "base.1-1", "model")));
        Assert.Equal(["log.txt"], Directory.GetFileSystemEntries(_runner.Folder.At("work", "run", "base", "1-1")).Select(Path.GetFileName));
    }

    [Fact]
    public void A_checkpoint_is_named_relative_to_the_work_root_and_older_ones_go()
    {
        _runner.Run(RunnerFixture.Claim(), context =>
        {
            var first = RunnerFixture.Save(context, 10);
            var second = RunnerFixture.Save(context, 20);
            var third = RunnerFixture.Save(context, 20);
            Assert.False(Directory.Exists(first) || Directory.Exists(second));
            Assert.True(Directory.Exists(third));
            throw new StageFailure("and then it failed", retryable: true);
        });
        Assert.Equal(
            [new CheckpointRef("run/base/1-1/checkpoints/10", 10), new CheckpointRef("run/base/1-1/checkpoints/20", 20), new CheckpointRef("run/base/1-1/checkpoints/20.2", 20)],
            _runner.Ledger.Checkpoints);

        // The next attempt goes on from there, and the folder stays until it has a newer one.
        _runner.Run(RunnerFixture.Claim(attempt: 2, resume: _runner.Ledger.Checkpoints.Last()), context =>
        {
            var resume = context.Checkpoints.ResumeFolder!;
            Assert.Equal("20", File.ReadAllText(Path.Combine(resume, "state")));
            RunnerFixture.Save(context, 30);
            Assert.False(Directory.Exists(resume));
            return LambdaBody.Nothing;
        });
        Assert.Equal("complete base", Calls.Last());
    }

    [Fact]
    public void A_refused_checkpoint_stops_the_body_and_nothing_more_is_told()
    {
        _runner.Run(RunnerFixture.Claim(), context =>
        {
            _runner.Ledger.Fence = false;
            RunnerFixture.Save(context, 10);
            throw new InvalidOperationException("goes on after a refused checkpoint");
        });
        Assert.Equal(["checkpoint base"], Calls);
        Assert.Equal(StopReason.Lost, _runner.Stop.Reason);
    }

    [Fact]
    public void A_resume_point_that_is_gone_means_a_fresh_start() =>
        _runner.Run(RunnerFixture.Claim(attempt: 2, resume: new CheckpointRef("run/base/1-1/checkpoints/10", 10)), context =>
        {
            Assert.Null(context.Checkpoints.ResumeFolder);
            return LambdaBody.Nothing;
        });

    [Fact]
    public void A_lost_input_gives_the_stage_back()
    {
        var output = _runner.Folder.Make("out");
        File.WriteAllText(Path.Combine(output, "model"), "1");
        var file = _runner.Store.Seal(output, "run/before.1-1").Files[0];
        var claim = RunnerFixture.Claim(inputs: new() { ["model"] = file });
        _runner.Run(claim, context => new StageResult(LambdaBody.Nothing.Metrics, File.Exists(context.Input("model")) ? 1 : throw new UnreachableInput()));
        Assert.Equal(["complete base"], Calls);

        File.Delete(_runner.Folder.At("artifacts", "run", "before.1-1", "model"));
        _runner.Run(claim, _ => throw new UnreachableInput());
        _runner.Run(RunnerFixture.Claim(), _ => throw new InputLostException("model", "unreadable"));
        Assert.Equal(["complete base", "lost base model", "lost base model"], Calls);
    }

    [Theory]
    [InlineData(StopReason.Preempt, "release base: engine stopping: stopped on request")]
    [InlineData(StopReason.Pause, "release base: paused: stopped on request")]
    [InlineData(StopReason.Cancel, "release base: cancelled")]
    [InlineData(StopReason.Lost, null)]
    public void A_stopped_body_is_released_for_its_reason(StopReason reason, string? told)
    {
        _runner.Run(RunnerFixture.Claim(), context =>
        {
            _runner.Stop.Request(reason);
            Assert.True(context.StopRequested());
            throw new StageStopped();
        });
        Assert.Equal(told is null ? [] : [told], Calls);
    }

    [Fact]
    public void A_body_that_finishes_although_asked_to_stop_is_complete()
    {
        _runner.Run(RunnerFixture.Claim(), _ =>
        {
            _runner.Stop.Request(StopReason.Preempt);
            return LambdaBody.Nothing;
        });
        Assert.Equal(["complete base"], Calls);
    }

    [Fact]
    public void An_attempt_that_runs_too_long_fails()
    {
        _runner.Run(RunnerFixture.Claim(options: new StageOptions { TimeoutMinutes = 5, Threads = 1 }), context =>
        {
            Assert.Equal(1, context.Options.Threads);
            _runner.Time.Advance(TimeSpan.FromMinutes(4));
            Assert.False(context.StopRequested());
            _runner.Time.Advance(TimeSpan.FromMinutes(1));
            Assert.True(context.StopRequested());
            throw new StageStopped();
        });
        Assert.Contains("limit of 5 minutes", Assert.Single(_runner.Ledger.Failures).Message);
    }

    [Fact]
    public void Failures_keep_their_exception_and_say_whether_another_attempt_helps()
    {
        (Exception Thrown, bool Retryable)[] cases =
        [
            (new InvalidOperationException("x"), true),
            (new StageFailure("x", retryable: true), true),
            (new StageFailure("x", retryable: false), false),
            (new UserInputException("x"), false),
            (new IOException("x", 28), true),
        ];
        var attempt = 0;
        foreach (var (thrown, _) in cases)
            _runner.Run(RunnerFixture.Claim(++attempt), _ => throw thrown);
        Assert.Equal(cases.Select(c => c.Retryable), _runner.Ledger.Failures.Select(f => f.Retryable));
        Assert.All(_runner.Ledger.Failures.Zip(cases), pair => Assert.Contains(pair.Second.Thrown.GetType().Name, pair.First.Detail));
        Assert.Contains("Make room", _runner.Ledger.Failures.Last().Message);
        Assert.False(Directory.Exists(_runner.Folder.At("work", "run", "base", "1-1", "output")));
    }

    [Fact]
    public void An_output_that_cannot_be_kept_fails_the_attempt()
    {
        _runner.Run(RunnerFixture.Claim(), context =>
        {
            File.WriteAllText(Path.Combine(context.OutputFolder, "no good name"), "");
            return LambdaBody.Nothing;
        });
        Assert.False(Assert.Single(_runner.Ledger.Failures).Retryable);
        Assert.Equal(["fail base"], Calls);
    }

    [Fact]
    public void Metrics_must_be_an_object()
    {
        _runner.Run(RunnerFixture.Claim(), _ => new StageResult(default));
        Assert.Contains("metrics", Assert.Single(_runner.Ledger.Failures).Message);
    }

    [Fact]
    public void What_is_told_while_the_database_is_away_is_told_again()
    {
        var away = 5;
        _runner.Ledger.Before = call =>
        {
            if (call.StartsWith("complete", StringComparison.Ordinal) && away-- > 0)
                throw new DatabaseAway();
        };
        _runner.Run(RunnerFixture.Claim(), _ => LambdaBody.Nothing);
        Assert.Equal(Enumerable.Repeat("complete base", 6), Calls);
    }

    [Fact]
    public void A_refused_completion_touches_no_other_attempts_folder()
    {
        var other = _runner.Folder.Make("work", "run", "base", "1-2", "checkpoints", "50");
        _runner.Run(RunnerFixture.Claim(), context =>
        {
            RunnerFixture.Save(context, 40);
            _runner.Ledger.Fence = false;
            return LambdaBody.Nothing;
        });
        Assert.Equal(["checkpoint base", "complete base"], Calls);
        Assert.True(Directory.Exists(other));
    }

    private sealed class UnreachableInput : Exception;
}
