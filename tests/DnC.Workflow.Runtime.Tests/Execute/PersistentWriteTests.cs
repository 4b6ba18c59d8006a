using DnC.Workflow.Runtime.Execute;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Tests.Execute;

public sealed class PersistentWriteTests : IDisposable
{
    private readonly ScriptedLedger _ledger = new();
    private readonly Heartbeats _heartbeats;
    private readonly Heartbeats.Watch _watch;
    private readonly StopSignal _stop = new();
    private readonly List<string> _reports = [];
    private readonly PersistentWrite _write;

    public PersistentWriteTests()
    {
        _heartbeats = new Heartbeats(_ledger, new LeaseSettings(), TimeProvider.System, (_, _) => { });
        _watch = _heartbeats.Start(new ClaimTicket("run", "base", 1), _stop, () => null);
        _write = new PersistentWrite(new ImpatientTime(), new LeaseSettings(), (what, _) => _reports.Add(what));
    }

    public void Dispose()
    {
        _watch.Dispose();
        _heartbeats.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void It_keeps_trying_until_the_ledger_answers(bool answer)
    {
        var tries = 0;
        var taken = _write.Try("complete 'base'", () => ++tries <= 200 ? throw new DatabaseAway() : answer, _watch, CancellationToken.None);
        Assert.Equal(answer, taken);
        Assert.Equal(201, tries);
        Assert.Equal(["complete 'base'"], _reports);
    }

    [Fact]
    public void It_gives_up_when_the_engine_can_wait_no_longer()
    {
        using var abandon = new CancellationTokenSource();
        var tries = 0;
        Assert.Throws<DatabaseAway>(() => _write.Try(
            "complete",
            () =>
            {
                if (++tries == 3)
                    abandon.Cancel();
                throw new DatabaseAway();
            },
            _watch,
            abandon.Token));
        Assert.Equal(3, tries);
    }

    [Theory]
    [InlineData(StopReason.Preempt, true)]
    [InlineData(StopReason.Timeout, false)]
    public void An_engine_that_is_going_tries_for_a_lease_and_no_longer(StopReason reason, bool givesUp)
    {
        // 50 ms to 1.6 s make 3.15 s, and each wait after them is a heartbeat of 2 s: the 10th passes the 10 s of a lease.
        _stop.Request(reason);
        var tries = 0;
        bool Write() => ++tries <= 50 ? throw new DatabaseAway() : true;
        if (givesUp)
            Assert.Throws<DatabaseAway>(() => _write.Try("release", Write, _watch, CancellationToken.None));
        else
            Assert.True(_write.Try("release", Write, _watch, CancellationToken.None));
        Assert.Equal(givesUp ? 10 : 51, tries);
    }

    [Fact]
    public void A_write_that_fails_while_heartbeats_succeed_is_no_outage()
    {
        var tries = 0;
        Assert.Throws<DatabaseAway>(() => _write.Try(
            "complete",
            () =>
            {
                tries++;
                _watch.Answer();
                throw new DatabaseAway();
            },
            _watch,
            CancellationToken.None));
        Assert.Equal(10, tries);
    }

    [Fact]
    public void Other_errors_are_not_retried()
    {
        Assert.Throws<InvalidOperationException>(() => _write.Try("complete", () => throw new InvalidOperationException(), _watch, CancellationToken.None));
        Assert.Empty(_reports);
    }
}
