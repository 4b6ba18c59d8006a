using DnC.Workflow.Runtime.Ledger;
using DnC.Workflow.Stages.Lifecycle;

namespace DnC.Workflow.Runtime.Tests.Ledger;

/// <summary>Who may call a silent worker dead.</summary>
public sealed class LeaseWatchTests
{
    private const long Lease = 10_000;

    private readonly LeaseWatch _watch = new(new LeaseSettings { Lease = TimeSpan.FromMilliseconds(Lease) });
    private long _now = 1_000_000;

    [Fact]
    public void OnlyAfterAWholeLeaseAwake() => Assert.Equal([false, true], [Passes(9), Passes(1)]);

    [Fact]
    public void WhoSawTheDatabaseAwayWaitsAnotherLease()
    {
        Assert.True(Passes(10));
        _watch.SawAway();
        Assert.False(Passes(9));
        Assert.True(Passes(1));
    }

    [Fact]
    public void WhoWasStoppedItselfWaitsAnotherLease()
    {
        Assert.True(Passes(10));
        _now += Lease + 1;
        Assert.False(Passes(1));
        Assert.True(Passes(9));
    }

    [Fact]
    public void InADatabaseYoungerThanALeaseNobodyHadTheChanceToRenew()
    {
        Assert.True(Passes(10));
        Assert.False(_watch.MayExpire(_now, age: Lease - 1));
        Assert.True(_watch.MayExpire(_now, age: Lease));
    }

    // One a second; says what the last one may.
    private bool Passes(int count)
    {
        var may = _watch.MayExpire(_now);
        for (var i = 0; i < count; i++)
            may = _watch.MayExpire(_now += 1_000);
        return may;
    }
}
