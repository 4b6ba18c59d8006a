using DnC.Workflow.Runtime.Artifacts;
using DnC.Workflow.Runtime.Execute;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Tests.Execute;

public sealed partial class StageRunnerTests
{
    [Fact]
    public void A_checkpoint_is_sealed_then_named_and_the_one_before_it_goes()
    {
        _runner.Run(RunnerFixture.Claim(), context =>
        {
            var first = RunnerFixture.Save(context, 10);
            Assert.Equal(["base.1-1.checkpoint-10"], Kept);

            // The body's own folder stays until the next one: finished files come along from there.
            Assert.True(Directory.Exists(first));
            var second = RunnerFixture.Save(context, 20);
            var third = RunnerFixture.Save(context, 20);
            Assert.False(Directory.Exists(first) || Directory.Exists(second));
            Assert.True(Directory.Exists(third));
            throw new StageFailure("and then it failed", retryable: true);
        });
        Assert.Equal(
            [new CheckpointRef("run/base.1-1.checkpoint-10", 10), new CheckpointRef("run/base.1-1.checkpoint-20", 20), new CheckpointRef("run/base.1-1.checkpoint-20.2", 20)],
            _runner.Ledger.Checkpoints);
        Assert.Equal(["base.1-1.checkpoint-20.2"], Kept);
        Assert.Empty(Directory.GetDirectories(_runner.Folder.At("work"), "checkpoints", SearchOption.AllDirectories));

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
        Assert.DoesNotContain(Kept, Locations.IsCheckpoint);
    }

    [Fact]
    public void An_attempt_deletes_what_the_ledger_does_not_name_of_earlier_ones_and_nothing_else()
    {
        foreach (var location in new[] { "base.1-1.checkpoint-40", "base.1-2.checkpoint-50", "base.1-3.checkpoint-60", "base.b.1-1.checkpoint-7", "base.1-1", "other.1-1.checkpoint-1" })
            Seal("run/" + location);
        _runner.Run(RunnerFixture.Claim(attempt: 2, resume: new CheckpointRef("run/base.1-1.checkpoint-40", 40)), _ => throw new StageFailure("no", retryable: true));
        Assert.Equal(["base.1-1", "base.1-1.checkpoint-40", "base.1-3.checkpoint-60", "base.b.1-1.checkpoint-7", "other.1-1.checkpoint-1"], Kept);
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

    [Theory]
    [InlineData(false, "is gone")]
    [InlineData(true, "is damaged")]
    public void A_resume_point_that_is_gone_or_damaged_means_a_fresh_start_and_the_log_says_so(bool damaged, string said)
    {
        var resume = new CheckpointRef("run/base.1-1.checkpoint-10", 10);
        if (damaged)
        {
            Seal(resume.Location);
            File.WriteAllText(_runner.Folder.At("artifacts", "run", "base.1-1.checkpoint-10", "a"), "x");
        }

        _runner.Run(RunnerFixture.Claim(attempt: 2, resume: resume), context =>
        {
            Assert.Null(context.Checkpoints.ResumeFolder);
            RunnerFixture.Save(context, 5);
            throw new StageFailure("no", retryable: true);
        });
        var log = AttemptLogs.Find(_runner.Store, _runner.Work, "run", "base", 1, 2);
        Assert.Matches($"The checkpoint of step 10 cannot be used: starts afresh. .*{said}", log);
        Assert.Equal(["base.1-2.checkpoint-5"], Kept);
    }

    [Fact]
    public void A_checkpoint_that_the_ledger_refuses_is_not_kept()
    {
        _runner.Run(RunnerFixture.Claim(), context =>
        {
            RunnerFixture.Save(context, 10);
            _runner.Ledger.Fence = false;
            RunnerFixture.Save(context, 20);
            return LambdaBody.Nothing;
        });
        Assert.Equal(["base.1-1.checkpoint-10"], Kept);
    }

    [Fact]
    public void A_checkpoint_that_was_perhaps_named_is_kept_for_whoever_has_the_stage_by_now()
    {
        // Named, and the answer lost; by the time that it is asked again, a successor goes on from it.
        _runner.Ledger.Before = call =>
        {
            if (call != "checkpoint base" || !_runner.Ledger.Fence)
                return;
            _runner.Ledger.Fence = false;
            throw new DatabaseAway();
        };
        _runner.Run(RunnerFixture.Claim(), context =>
        {
            RunnerFixture.Save(context, 10);
            return LambdaBody.Nothing;
        });
        Assert.Equal(["checkpoint base", "checkpoint base"], Calls);
        Assert.Equal(["base.1-1.checkpoint-10"], Kept);
        Assert.Contains(AttemptPoint.CheckpointRefused, _runner.Points);
    }
}
