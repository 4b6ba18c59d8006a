using System.Data.Common;
using DnC.Workflow.Runtime.Hosting;
using Spectre.Console.Testing;

namespace DnC.Workflow.Cli.Tests;

public sealed class EngineTroubleTests : IDisposable
{
    private readonly TestConsole _error = new TestConsole().Width(500);
    private readonly CancellationTokenSource _stop = new();
    private readonly StepClock _clock = new();

    public void Dispose()
    {
        _error.Dispose();
        _stop.Dispose();
    }

    [Fact]
    public void A_ledger_that_goes_on_failing_ends_the_command_and_says_so_once()
    {
        var trouble = Trouble();
        for (var i = 0; i < 15; i++)
        {
            trouble.LedgerFailed(new Full());
            Assert.False(_stop.IsCancellationRequested);
            _clock.Now += TimeSpan.FromSeconds(1);
        }

        trouble.LedgerFailed(new Full());
        trouble.LedgerFailed(new Full());

        Assert.True(trouble.Fatal && _stop.IsCancellationRequested);
        Assert.Equal("The ledger could not be read or written for 15 s, so this command ends: disk full. Where the disk is full, make room; the same command then goes on.", _error.Output.Trim());
    }

    [Fact]
    public void Failures_with_quiet_between_them_do_not_add_up()
    {
        var trouble = Trouble();
        for (var i = 0; i < 100; i++)
        {
            trouble.LedgerFailed(new Full());
            _clock.Now += TimeSpan.FromSeconds(13);
        }

        Assert.False(trouble.Fatal);
        Assert.Empty(_error.Output);
    }

    [Fact]
    public void What_is_reported_again_and_again_is_told_once()
    {
        var trouble = Trouble();
        for (var i = 0; i < 100; i++)
        {
            trouble.Report("serving 'gpu'", new Full());
            _clock.Now += TimeSpan.FromSeconds(1);
        }

        Assert.Equal("serving 'gpu': disk full.", _error.Output.Trim());
        Assert.False(trouble.Fatal);
    }

    [Fact]
    public void A_lost_root_ends_the_command_at_once()
    {
        var trouble = Trouble();
        trouble.Report("reconciling", new InvalidOperationException("something else"));
        Assert.False(trouble.Fatal);
        trouble.Report("holding the root", new RootLostException("/r"));

        Assert.True(trouble.Fatal && _stop.IsCancellationRequested);
        Assert.Contains("deleted or replaced", _error.Output, StringComparison.Ordinal);
    }

    private EngineTrouble Trouble() => new(new Terminals(_error, _error, _clock), _stop);

    private sealed class Full() : DbException("disk full");

    private sealed class StepClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
