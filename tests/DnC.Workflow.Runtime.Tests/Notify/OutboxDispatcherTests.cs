using System.Collections.Concurrent;
using DnC.Workflow.Runtime.Notify;
using DnC.Workflow.Runtime.Tests.Execute;
using DnC.Workflow.Stages.Ports;
using Microsoft.Extensions.Time.Testing;

namespace DnC.Workflow.Runtime.Tests.Notify;

public sealed class OutboxDispatcherTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly ScriptedOutbox _outbox = new();
    private readonly ConcurrentQueue<Exception> _errors = new();

    [Fact]
    public async Task ACommitIsToldWithoutWaitingForTheNextLook()
    {
        var listener = new FlakyListener();
        await using var dispatcher = Dispatcher(listener);
        dispatcher.Start();
        _outbox.Put(ScriptedOutbox.End(1)); // the clock stands still: only the commit can have woken it
        await Until(() => _outbox.Calls.Contains("acknowledge 1"));
    }

    [Fact]
    public async Task WhatAnotherProcessCommittedIsToldAtTheNextLook()
    {
        var listener = new FlakyListener();
        _outbox.Away = "take";
        await using var dispatcher = Dispatcher(listener);
        dispatcher.Start();
        _outbox.Put(ScriptedOutbox.End(1));
        await Until(() => !_errors.IsEmpty);
        Assert.All(_errors, e => Assert.IsType<DatabaseAway>(e));
        _outbox.Away = null;
        await Until(() => _outbox.Calls.Contains("acknowledge 1"), TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task AListenerThatHangsHoldsUpNeitherTheLoopNorTheOthers()
    {
        var hangs = new FlakyListener("hangs") { Does = (_, stop) => Task.Delay(Timeout.Infinite, stop) };
        var throws = new FlakyListener("throws") { Does = (_, _) => throw new InvalidOperationException("never") };
        var works = new FlakyListener("works");
        await using var dispatcher = Dispatcher(hangs, throws, works);
        _outbox.Put(ScriptedOutbox.End(1, "hangs"), ScriptedOutbox.End(2, "throws"));
        _outbox.Put([.. Enumerable.Range(3, 10).Select(i => ScriptedOutbox.End(i, "works"))]);
        dispatcher.Start();
        await Until(() => works.Taken.Count == 10 && !hangs.Told.IsEmpty
            && _outbox.Calls.Any(c => c.StartsWith("give back 2 in 0.75 s: InvalidOperationException: never", StringComparison.Ordinal)));
        Assert.Single(hangs.Told);

        // It is held as long as it is being told, and ends when its time is over.
        await Until(() => _outbox.Calls.Contains("hold 1"), TimeSpan.FromSeconds(5));
        await Until(() => _outbox.Calls.Any(c => c.StartsWith("give back 1 in", StringComparison.Ordinal) && c.EndsWith("longer than it may.", StringComparison.Ordinal)), TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task AListenerIsToldNoMoreAtOnceThanItsSlots()
    {
        var release = new TaskCompletionSource();
        var listener = new FlakyListener { Does = (_, _) => release.Task };
        await using var dispatcher = Dispatcher(listener);
        _outbox.Put([.. Enumerable.Range(1, 10).Select(i => ScriptedOutbox.End(i))]);
        dispatcher.Start();
        await Until(() => listener.Told.Count == 4);
        release.SetResult();
        await Until(() => listener.Taken.Count == 10);
        Assert.Equal(4, listener.Most);
    }

    [Fact]
    public async Task WhatWasTakenWhileTheDatabaseWasAwayIsAcknowledgedLaterAndNotToldAgain()
    {
        var listener = new FlakyListener();
        _outbox.Away = "acknowledge";
        await using var dispatcher = Dispatcher(listener);
        dispatcher.Start();
        _outbox.Put(ScriptedOutbox.End(1));
        await Until(() => _outbox.Refused >= 3, TimeSpan.FromSeconds(1));
        Assert.IsType<DatabaseAway>(Assert.Single(_errors)); // told once, not in every pass
        _outbox.Away = null;
        await Until(() => _outbox.Calls.Contains("acknowledge 1"), TimeSpan.FromSeconds(1));
        Assert.Single(listener.Told);
    }

    [Fact]
    public async Task StoppingCancelsWhatIsBeingToldAndGivesItBackAtOnce()
    {
        var listener = new FlakyListener { Does = (_, stop) => Task.Delay(Timeout.Infinite, stop) };
        var dispatcher = Dispatcher(listener);
        dispatcher.Start();
        _outbox.Put(ScriptedOutbox.End(1));
        await Until(() => listener.Told.Count == 1);
        await dispatcher.DisposeAsync();
        await dispatcher.DisposeAsync();
        Assert.Contains("give back 1 in 0 s: It was stopped.", _outbox.Calls);
    }

    [Fact]
    public async Task StoppingWaitsOnlySoLongForAListenerThatDoesNotHear()
    {
        var never = new TaskCompletionSource();
        var listener = new FlakyListener { Does = (_, _) => never.Task };
        var dispatcher = Dispatcher(listener);
        dispatcher.Start();
        _outbox.Put(ScriptedOutbox.End(1));
        await Until(() => listener.Told.Count == 1);
        var stopping = dispatcher.DisposeAsync().AsTask();
        await Until(() => stopping.IsCompleted, TimeSpan.FromSeconds(1));
        Assert.DoesNotContain(_outbox.Calls, c => c.StartsWith("give back", StringComparison.Ordinal)); // its time to hold runs out
        never.SetResult();
    }

    [Fact]
    public void TwoListenersOfOneNameAreRefused() =>
        Assert.Throws<ArgumentException>(() => Dispatcher(new FlakyListener(), new FlakyListener()));

    private OutboxDispatcher Dispatcher(params IStageEndListener[] listeners) =>
        new(_outbox, listeners, new OutboxSettings(), "h1", _clock, () => 0.5, (_, error) => _errors.Enqueue(error));

    // The clock goes on by a step at a time while others run.
    private async Task Until(Func<bool> condition, TimeSpan step = default)
    {
        for (var i = 0; i < 10_000_000 && !condition(); i++)
        {
            if (i % 1_000 == 999)
                _clock.Advance(step);
            await Task.Yield();
        }

        Assert.True(condition());
    }
}
