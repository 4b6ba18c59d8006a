using DnC.Workflow.Cli.Terminal;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;
using Microsoft.Extensions.Time.Testing;
using Spectre.Console.Testing;

namespace DnC.Workflow.Cli.Tests.Terminal;

/// <summary>What 'run' prints where its output is no terminal.</summary>
public sealed class LiveRunTests : IDisposable
{
    private readonly TestConsole _console = new TestConsole().Width(80);

    public void Dispose() => _console.Dispose();

    [Fact]
    public void Every_change_and_every_tenth_is_a_line_once()
    {
        var running = Views.Stage("base", StageState.Running);
        var waiting = Views.Stage("embed", StageState.Waiting);
        var reused = Views.Stage("cluster", StageState.Reused) with { ReusedFrom = "99aa/cluster", Since = Views.Now };
        Follow(
            Views.Run(RunState.Running, Views.Stage("base", StageState.Ready), waiting),
            Views.Run(RunState.Running, running, waiting),
            Views.Run(RunState.Running, running with { Progress = new StageProgress(2, 100) }, waiting),
            Views.Run(RunState.Running, running with { Progress = new StageProgress(10, 100, 512.3, 6.4567) }, waiting),
            Views.Run(RunState.Running, running with { Progress = new StageProgress(12, 100, 512.3, 6.4) }, waiting),
            Views.Run(RunState.Running, running with { Progress = new StageProgress(50, 100, 400, 5, "warming") }, waiting),
            Views.Run(RunState.Succeeded, Views.Stage("base", StageState.Succeeded) with { Since = Views.Now }, reused));
        Assert.Equal(
            """
            base                     started
            base                      10 %  512 images/s  loss 6.457  11 s left
            base                     warming   50 %  400 images/s  loss 5.000  3.1 s left
            base                     succeeded in 19 s
            cluster                  reused from 99aa/cluster
            """,
            Views.Trimmed(_console.Output));
    }

    [Fact]
    public void What_had_ended_before_is_no_news_and_a_failure_tells_why()
    {
        Follow(Views.Run(
            RunState.Failed,
            Views.Stage("base", StageState.Succeeded),
            Views.Stage("embed", StageState.Failed) with { Since = Views.Now, Error = "12 of 300 images could not be read." }));
        Assert.Equal("embed                    failed in 19 s: 12 of 300 images could not be read.", Views.Trimmed(_console.Output));
    }

    [Fact]
    public void Ctrl_C_ends_it_with_the_last_view()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        var view = Views.Run(RunState.Running, Views.Stage("base", StageState.Running));
        Assert.Same(view, new LiveRun(_console, Views.Clock).Follow(() => view, stop.Token));
        Assert.Equal("base                     started", Views.Trimmed(_console.Output));
    }

    [Fact]
    public void A_resumed_attempt_says_where_it_goes_on_and_its_own_pace()
    {
        var resumed = Views.Stage("base", StageState.Running) with { Attempts = 2, ResumedAtStep = 400, Started = Views.Now.AddMinutes(-3) };
        Follow(
            Views.Run(RunState.Running, resumed, Views.Stage("embed", StageState.Running) with { Attempts = 2 }),
            Views.Run(RunState.Running, resumed with { Progress = new StageProgress(400, 1000) }),
            Views.Run(RunState.Running, resumed with { Progress = new StageProgress(410, 1000) }),
            Views.Run(RunState.Running, resumed with { Progress = new StageProgress(500, 1000) }),
            Views.Run(
                RunState.Succeeded,
                Views.Stage("base", StageState.Succeeded) with { Attempts = 2, ResumedAtStep = 400, Since = Views.Now.AddSeconds(9) },
                Views.Stage("embed", StageState.Succeeded) with { Attempts = 2, Since = Views.Now.AddSeconds(9) }));
        Assert.Equal(
            """
            base                     goes on at step 400
            embed                    starts again
            base                      40 %
            base                      50 %  5.6 s left
            base                     succeeded in 19 s from step 400 on (attempt 2)
            embed                    succeeded in 19 s (attempt 2)
            """,
            Views.Trimmed(_console.Output));
    }

    /// <summary>Each view a second after the one before.</summary>
    private void Follow(params RunView[] views)
    {
        var next = new Queue<RunView>(views);
        var clock = new FakeTimeProvider(Views.Now);
        new LiveRun(_console, clock).Follow(
            () =>
            {
                clock.Advance(TimeSpan.FromSeconds(1));
                return next.Dequeue();
            },
            CancellationToken.None);
        Assert.Empty(next);
    }
}
