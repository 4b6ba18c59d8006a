using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Learning.Tests.Training;

public sealed class TrainingLoopTests : IDisposable
{
    private readonly LoopRun _loop = new();

    public void Dispose() => _loop.Dispose();

    [Fact]
    public void Every_step_is_done_once_and_reported()
    {
        var state = _loop.Run(20);

        Assert.Equal((20, 20), (state.Step, _loop.Count.item<long>()));
        Assert.Equal(Enumerable.Range(1, 20).Select(s => (long)s), _loop.Progress.Select(p => p.Step));
        Assert.All(_loop.Progress, p => Assert.Equal(20, p.Steps));
        Assert.All(state.Curve, p => Assert.Equal(LoopRun.Loss(p.Step - 1), p.Loss, 1e-6));
        Assert.All(state.Curve, p => Assert.Equal((p.Step / 4.0, LoopRun.Rate(p.Step - 1)), (p.Epoch, p.LearningRate)));
    }

    [Fact]
    public void Without_an_interval_there_is_a_checkpoint_after_every_step_but_the_last()
    {
        _loop.Run(6, checkpointSeconds: 0);
        Assert.Equal([1, 2, 3, 4, 5], _loop.Checkpoints.Committed);
    }

    [Fact]
    public void Within_the_interval_there_is_none()
    {
        _loop.Run(20);
        Assert.Empty(_loop.Checkpoints.Committed);
    }

    [Fact]
    public void A_stop_writes_a_checkpoint_from_which_the_next_attempt_goes_on()
    {
        Assert.Throws<StageStopped>(() => _loop.Run(20, stopAt: 7));
        Assert.Equal([7], _loop.Checkpoints.Committed);
        _loop.Progress.Clear();

        var state = _loop.Run(20);

        Assert.Equal((20, 20), (state.Step, _loop.Count.item<long>()));
        Assert.Equal(8, _loop.Progress[0].Step);
        Assert.Contains(_loop.Log, l => l == "Going on at step 7.");
        Assert.Equal(20, state.Curve.Count);
    }

    [Fact]
    public void A_stop_that_comes_while_a_checkpoint_is_written_costs_no_further_step()
    {
        _loop.Checkpoints.Committing = _ => _loop.Stopping = true;
        Assert.Throws<StageStopped>(() => _loop.Run(20, checkpointSeconds: 0));
        Assert.Equal([1], _loop.Checkpoints.Committed);
        Assert.Equal(1, _loop.Progress[^1].Step);
    }

    [Fact]
    public void A_stop_at_the_last_step_is_the_end() => Assert.Equal(20, _loop.Run(20, stopAt: 20).Step);

    [Fact]
    public void A_long_curve_is_thinned_to_means_and_a_resume_between_two_points_changes_none()
    {
        var undisturbed = _loop.Run(2501).Curve.Select(p => (p.Step, p.Epoch, p.Loss, p.LearningRate)).ToList();
        Assert.Equal(1251, undisturbed.Count);
        Assert.Equal([2, 4, 6], undisturbed.Take(3).Select(p => p.Step));
        Assert.Equal(2501, undisturbed[^1].Step);
        Assert.Equal((LoopRun.Loss(4) + LoopRun.Loss(5)) / 2, undisturbed[2].Loss, 1e-6);
        Assert.Equal(LoopRun.Loss(2500), undisturbed[^1].Loss, 1e-6);

        Assert.Throws<StageStopped>(() => _loop.Run(2501, stopAt: 1001));
        Assert.Equal(undisturbed, _loop.Run(2501).Curve.Select(p => (p.Step, p.Epoch, p.Loss, p.LearningRate)));
    }

    [Fact]
    public void A_loss_that_is_no_number_stops_before_it_is_counted_and_keeps_the_checkpoint()
    {
        var failure = Assert.Throws<StageFailure>(() => _loop.Run(20, checkpointSeconds: 0, nanAt: 5));

        Assert.False(failure.Retryable);
        Assert.StartsWith("The loss is NaN at step 5 (learning rate 0.16667)", failure.Message);
        Assert.Equal([1, 2, 3, 4, 5], _loop.Checkpoints.Committed);
        Assert.True(Directory.Exists(_loop.Checkpoints.ResumeFolder));
    }

    [Fact]
    public void A_checkpoint_that_cannot_be_used_is_said_and_not_used()
    {
        Assert.Throws<StageStopped>(() => _loop.Run(20, stopAt: 7));
        File.Delete(Path.Combine(_loop.Checkpoints.ResumeFolder!, "state.json"));

        _loop.Run(20);

        Assert.Equal(20, _loop.Count.item<long>());
        Assert.Contains(_loop.Log, l => l.StartsWith("The checkpoint cannot be used; starting from the beginning.", StringComparison.Ordinal));
    }
}
