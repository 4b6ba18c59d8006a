using DnC.Workflow.Cli.Terminal;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;
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
            Views.Run(RunState.Running, running with { Progress = new StageProgress(10, 100, 512.3, 6.4567) }, waiting),
            Views.Run(RunState.Running, running with { Progress = new StageProgress(12, 100, 512.3, 6.4) }, waiting),
            Views.Run(RunState.Running, running with { Progress = new StageProgress(50, 100, 400, 5, "warming") }, waiting),
            Views.Run(RunState.Succeeded, Views.Stage("base", StageState.Succeeded) with { Since = Views.Now }, reused));
        Assert.Equal(
            """
            base                     started
            base                      10 %  512 images/s  loss 6.457  3 min 0 s left
            base                     warming   50 %  400 images/s  loss 5.000  20 s left
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

    private void Follow(params RunView[] views)
    {
        var next = new Queue<RunView>(views);
        new LiveRun(_console, Views.Clock).Follow(next.Dequeue, CancellationToken.None);
        Assert.Empty(next);
    }
}
