using DnC.Workflow.Stages.Lifecycle;

namespace DnC.Workflow.Stages.Tests.Lifecycle;

public class TransitionsTests
{
    [Fact]
    public void No_row_stands_twice_for_the_same_actor() =>
        Assert.Equal(Transitions.All.Count, Transitions.All.DistinctBy(t => (t.From, t.Event, t.To, t.By)).Count());

    [Fact]
    public void Only_a_claim_makes_a_stage_run_and_only_from_ready() =>
        Assert.All(Transitions.All.Where(t => t.To == StageState.Running), t => Assert.Equal((StageState.Ready, StageEvent.Claimed), (t.From, t.Event)));

    [Fact]
    public void Only_a_completed_attempt_succeeds() =>
        Assert.All(Transitions.All.Where(t => t.To == StageState.Succeeded), t => Assert.Equal((StageState.Running, StageEvent.Completed), (t.From, t.Event)));

    [Fact]
    public void What_has_ended_goes_on_only_in_a_new_generation() =>
        Assert.All(Transitions.All.Where(t => t.From.IsEnded() && t.Event != StageEvent.Continued), t => Assert.True(t.NewGeneration));

    [Fact]
    public void Going_on_keeps_the_generation_and_with_it_the_checkpoint_of_what_failed() =>
        Assert.All(Transitions.All.Where(t => t.Event == StageEvent.Continued), t => Assert.Equal((StageState.Failed, false), (t.From, t.NewGeneration)));

    [Fact]
    public void Every_state_but_the_first_is_reached_and_every_state_is_left()
    {
        foreach (var state in Enum.GetValues<StageState>())
        {
            Assert.Contains(Transitions.All, t => t.To == state);
            Assert.Contains(Transitions.All, t => t.From == state);
        }
    }

    [Theory]
    [InlineData(1, 0, 1)]
    [InlineData(1, 1, 2)]
    [InlineData(3, 1, 8)]
    [InlineData(60, 1, 300)]
    public void Delays_double_between_half_and_all_and_are_bounded(int failures, double unit, double seconds) =>
        Assert.Equal(seconds, new RetryPolicy().Delay(failures, unit).TotalSeconds, 9);
}
