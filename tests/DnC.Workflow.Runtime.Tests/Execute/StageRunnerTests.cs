using DnC.Workflow.Runtime.Artifacts;
using DnC.Workflow.Runtime.Execute;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Tests.Execute;

public sealed partial class StageRunnerTests : IDisposable
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
            [AttemptPoint.Claimed, AttemptPoint.Prepared, AttemptPoint.CheckpointSealed, AttemptPoint.Checkpointed, AttemptPoint.BodyEnded, AttemptPoint.Sealed, AttemptPoint.Settled, AttemptPoint.Cleared],
            _runner.Points);
        Assert.Equal("weights", File.ReadAllText(_runner.Folder.At("artifacts", "run", "base.1-1", "model")));
        Assert.Equal(["log.txt"], Directory.GetFileSystemEntries(_runner.Folder.At("work", "run", "base", "1-1")).Select(Path.GetFileName));
        Assert.Equal(["base.1-1"], Kept);
    }

    [Fact]
    public void Logs_are_sealed_where_others_shall_see_them()
    {
        _runner.SealLogs = true;
        _runner.Run(RunnerFixture.Claim(), context =>
        {
            context.Report.Log("a line");
            throw new StageFailure("no", retryable: true);
        });
        Assert.Equal(["base.1-1.log"], Kept);
        Assert.Matches("(?s)a line.*Failed: no", AttemptLogs.Find(_runner.Store, workRoot: null, "run", "base", 1, 1));
        Assert.Null(AttemptLogs.Find(_runner.Store, workRoot: null, "run", "base", 1, 2));
    }

    [Fact]
    public void A_log_that_cannot_be_sealed_leaves_itself_and_nothing_else()
    {
        File.WriteAllText(_runner.Folder.At("artifacts"), "no folder can be made here");
        _runner.SealLogs = true;
        _runner.Run(RunnerFixture.Claim(), context =>
        {
            context.Report.Log("a line");
            throw new StageFailure("no", retryable: true);
        });
        Assert.Equal(["log.txt"], Directory.GetFileSystemEntries(_runner.Folder.At("work", "run", "base", "1-1")).Select(Path.GetFileName));
    }

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
    public void Of_a_persons_own_mistake_the_message_is_all_there_is()
    {
        Exception[] mistakes = [new UserInputException("x"), new StageFailure("x", retryable: false), new StageFailure("x", retryable: false, new UserInputException("x"))];
        var attempt = 0;
        foreach (var mistake in mistakes)
            _runner.Run(RunnerFixture.Claim(++attempt), _ => throw mistake);
        Assert.All(_runner.Ledger.Failures, f => Assert.Equal(new AttemptFailure("x", Retryable: false), f));
        Assert.Equal(mistakes.Length, _runner.Ledger.Failures.Count);
    }

    [Fact]
    public void Failures_keep_their_exception_and_say_whether_another_attempt_helps()
    {
        (Exception Thrown, bool Retryable)[] cases =
        [
            (new InvalidOperationException("x"), true),
            (new StageFailure("x", retryable: true), true),
            (new StageFailure("x", retryable: false, new InvalidOperationException("y")), false),
            (new IOException("x", 28), true),
        ];
        var attempt = 0;
        foreach (var (thrown, _) in cases)
            _runner.Run(RunnerFixture.Claim(++attempt), _ => throw thrown);
        Assert.Equal(cases.Select(c => c.Retryable), _runner.Ledger.Failures.Select(f => f.Retryable));
        Assert.All(_runner.Ledger.Failures.Zip(cases), pair => Assert.Contains(pair.Second.Thrown.GetType().Name, pair.First.Detail));
        Assert.Contains("Make room", _runner.Ledger.Failures.Last().Message);
        Assert.DoesNotContain("tried again", _runner.Ledger.Failures.Last().Message);
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
        Seal("run/base.1-2.checkpoint-50");
        _runner.Run(RunnerFixture.Claim(), context =>
        {
            RunnerFixture.Save(context, 40);
            _runner.Ledger.Fence = false;
            return LambdaBody.Nothing;
        });
        Assert.Equal(["checkpoint base", "complete base"], Calls);
        Assert.True(Directory.Exists(other));
        Assert.Contains("base.1-2.checkpoint-50", Kept);
        Assert.False(Directory.Exists(_runner.Folder.At("work", "run", "base", "1-1")));
        Assert.Equal([AttemptPoint.Sealed, AttemptPoint.Refused, AttemptPoint.Cleared], _runner.Points.TakeLast(3));
    }

    /// <summary>What the store holds of the run.</summary>
    private IEnumerable<string> Kept => Directory.Exists(_runner.Folder.At("artifacts", "run"))
        ? Directory.GetDirectories(_runner.Folder.At("artifacts", "run")).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)
        : [];

    private void Seal(string location)
    {
        var folder = _runner.Folder.Make("sealing");
        File.WriteAllText(Path.Combine(folder, "a"), "1");
        _runner.Store.Seal(folder, location);
    }

    private sealed class UnreachableInput : Exception;
}
