using System.Collections.Concurrent;
using DnC.Workflow.Runtime.Execute;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;
using Microsoft.Extensions.Time.Testing;

namespace DnC.Workflow.Runtime.Tests.Execute;

public sealed class HeartbeatsTests : IDisposable
{
    private readonly ScriptedLedger _ledger = new();
    private readonly FakeTimeProvider _time = new();
    private readonly ConcurrentQueue<Exception> _reports = new();
    private readonly SemaphoreSlim _beats = new(0);
    private readonly Heartbeats _heartbeats;
    private readonly ClaimTicket _ticket = new("run", "base", 1);

    public HeartbeatsTests() =>
        _heartbeats = new Heartbeats(_ledger, new LeaseSettings(), _time, (_, e) =>
        {
            _reports.Enqueue(e);
            _beats.Release();
        });

    public void Dispose()
    {
        _heartbeats.Dispose();
        _beats.Dispose();
    }

    [Fact]
    public void Each_beat_renews_the_claim_and_brings_the_latest_progress()
    {
        StageProgress? latest = null;
        using var watch = _heartbeats.Start(_ticket, new StopSignal(), () => latest);
        for (var step = 1; step <= 3; step++)
        {
            latest = new StageProgress(step, 10);
            Beat(watch);
            Assert.Equal(step, _ledger.Progress!.Step);
        }

        Assert.Empty(_reports);
    }

    [Theory]
    [InlineData(RunWish.Pause, StopReason.Pause)]
    [InlineData(RunWish.Cancel, StopReason.Cancel)]
    [InlineData(RunWish.Lost, StopReason.Lost)]
    public async Task A_wish_reaches_the_attempt_with_the_next_beat(RunWish wish, StopReason expected)
    {
        var stop = new StopSignal();
        var asked = new TaskCompletionSource<StopReason>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var listening = stop.Listen(asked.SetResult);
        using var watch = _heartbeats.Start(_ticket, stop, () => null);
        Beat(watch);
        Assert.False(stop.IsRequested);

        _ledger.Wish = wish;
        _time.Advance(new LeaseSettings().Heartbeat);
        Assert.Equal(expected, await asked.Task.WaitAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_database_that_is_away_stops_nothing_and_is_reported_once()
    {
        var stop = new StopSignal();
        using var watch = _heartbeats.Start(_ticket, stop, () => null);
        using var tried = new SemaphoreSlim(0);
        _ledger.Before = _ =>
        {
            tried.Release();
            throw new DatabaseAway();
        };
        for (var i = 0; i < 4; i++)
        {
            _time.Advance(new LeaseSettings().Heartbeat);
            tried.Wait(TestContext.Current.CancellationToken);
        }

        _ledger.Before = _ => { };
        Beat(watch);
        Assert.False(stop.IsRequested);
        Assert.IsType<DatabaseAway>(Assert.Single(_reports));
    }

    [Fact]
    public void A_defect_in_one_renewal_does_not_end_the_others()
    {
        using var bad = _heartbeats.Start(new ClaimTicket("run", "bad", 1), new StopSignal(), () => throw new InvalidOperationException("a defect"));
        using var good = _heartbeats.Start(_ticket, new StopSignal(), () => null);
        Beat(good);
        Beat(good);
        Assert.NotEmpty(_reports);
    }

    [Fact]
    public void An_ended_watch_is_renewed_no_more()
    {
        var first = _heartbeats.Start(new ClaimTicket("run", "ended", 1), new StopSignal(), () => null);
        first.Dispose();
        using var second = _heartbeats.Start(_ticket, new StopSignal(), () => null);
        Beat(second);
        Assert.DoesNotContain("heartbeat ended", _ledger.Calls);
    }

    private void Beat(Heartbeats.Watch watch)
    {
        var before = watch.Answers;
        _time.Advance(new LeaseSettings().Heartbeat);
        SpinWait.SpinUntil(() => watch.Answers > before);
    }
}
