using DnC.Workflow.Learning.Training;
using Microsoft.Extensions.Time.Testing;

namespace DnC.Workflow.Learning.Tests.Training;

public sealed class CheckpointPaceTests
{
    private readonly FakeTimeProvider _time = new();

    [Theory]
    [InlineData(0.2, 60)]
    [InlineData(0.6, 60)]
    [InlineData(2.5, 250)]
    [InlineData(40, 600)]
    public void Where_nobody_says_when_the_next_waits_until_the_last_has_cost_a_hundredth(double cost, double interval)
    {
        var pace = new CheckpointPace(null, _time);
        Wait(59.9);
        Assert.False(pace.IsDue);
        Wait(0.1);
        Assert.True(pace.IsDue);
        pace.Write(() => Wait(cost));
        Assert.Equal(interval, pace.Interval, 1e-6);
        Wait(interval - 0.1);
        Assert.False(pace.IsDue);
        Wait(0.1);
        Assert.True(pace.IsDue);
    }

    [Fact]
    public void One_that_was_cheap_again_brings_the_next_near_again()
    {
        var pace = new CheckpointPace(null, _time);
        pace.Write(() => Wait(5));
        pace.Write(() => Wait(0.1));
        Assert.Equal(60, pace.Interval);
    }

    [Fact]
    public void One_that_a_store_held_up_does_not_put_the_next_off()
    {
        var pace = new CheckpointPace(null, _time);
        pace.Write(() => Wait(1));
        pace.Write(() => Wait(90));
        Assert.Equal(100, pace.Interval, 1e-6);
        pace.Write(() => Wait(4));
        Assert.Equal(400, pace.Interval, 1e-6);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public void What_is_asked_for_holds_whatever_it_costs(double seconds)
    {
        var pace = new CheckpointPace(seconds, _time);
        pace.Write(() => Wait(30));
        Wait(seconds);
        Assert.True(pace.IsDue);
    }

    private void Wait(double seconds) => _time.Advance(TimeSpan.FromSeconds(seconds));
}
