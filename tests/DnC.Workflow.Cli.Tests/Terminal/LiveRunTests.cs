using DnC.Workflow.Cli.Terminal;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;
using Microsoft.Extensions.Time.Testing;
using Spectre.Console;
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
    public void What_k_means_lessens_is_its_inertia()
    {
        Follow(Views.Run(RunState.Failed, Views.Stage("cluster", StageState.Running) with { Progress = new StageProgress(12, 100, Loss: 0.125, Phase: "k-means") }));
        Assert.Equal("cluster                  k-means   12 %  inertia 0.125", Views.Trimmed(_console.Output));
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

    [Fact]
    public void An_attempt_that_is_not_the_first_says_why()
    {
        var again = Views.Stage("evaluate[pixels]", StageState.Running) with { Attempts = 2 };
        Follow(
            s => s.Node.Name == "base" ? "its worker is gone" : "The disk is full.\nMake room.",
            Views.Run(RunState.Running, again, Views.Stage("base", StageState.Running) with { Attempts = 3, ResumedAtStep = 40, Progress = new StageProgress(41, 100) }),
            Views.Run(RunState.Succeeded, again, Views.Stage("base", StageState.Running) with { Attempts = 3, ResumedAtStep = 40, Progress = new StageProgress(50, 100) }));
        Assert.Equal(
            """
            evaluate[pixels]         starts again (attempt 1: The disk is full. Make room.)
            base                     goes on at step 40 (attempt 2: its worker is gone)
            base                      50 %  9.9 s left
            """.Replace("9.9", "5.6", StringComparison.Ordinal),
            Views.Trimmed(_console.Output));
    }

    [Theory]
    [InlineData(80)]
    [InlineData(100)]
    [InlineData(160)]
    public void On_a_terminal_nothing_of_the_picture_stays_behind_a_stage_that_has_ended(int width)
    {
        using var screen = new Screen(width);
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.Yes, Interactive = InteractionSupport.Yes, Out = screen });
        console.Profile.Width = width;
        var (embed, done) = (Views.Stage("embed", StageState.Running), Views.Stage("embed", StageState.Succeeded) with { Since = Views.Now });
        var training = Views.Stage("base", StageState.Running) with { Progress = new StageProgress(600, 1000, 1217, 5.193) };
        var views = new Queue<RunView>([
            Views.Run(RunState.Running, training, embed, Views.Stage("cluster", StageState.Waiting)),
            Views.Run(RunState.Running, training, embed with { Progress = new StageProgress(6, 10, 1300, Phase: "embedding") }, Views.Stage("cluster", StageState.Waiting)),
            Views.Run(RunState.Running, training, done, Views.Stage("cluster", StageState.Waiting)),
            Views.Run(RunState.Succeeded, Views.Stage("base", StageState.Succeeded) with { Since = Views.Now }, done, Views.Stage("cluster", StageState.Reused) with { ReusedFrom = "9/cluster", Since = Views.Now }),
        ]);
        new LiveRun(console, Views.Clock).Follow(views.Dequeue, CancellationToken.None);
        Assert.Equal(
            """
            embed                    succeeded in 19 s
            base                     succeeded in 19 s
            cluster                  reused from 9/cluster
            """,
            screen.Seen());
        Assert.Contains("1 of 3 stages done · 1 waiting · 1 running", screen.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Below_the_stages_stands_how_much_of_the_run_is_done_and_how_long_what_runs_will_take()
    {
        using var screen = new Screen(100);
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.Yes, Interactive = InteractionSupport.Yes, Out = screen });
        var clock = new FakeTimeProvider(Views.Now);
        var next = 0;
        RunView Read()
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return Views.Run(
                next++ < 3 ? RunState.Running : RunState.Failed,
                Views.Stage("base", StageState.Reused),
                Views.Stage("expert[0]", StageState.Running) with { Progress = new StageProgress(10 * next, 100) },
                Views.Stage("expert[1]", StageState.Running) with { Progress = new StageProgress(next, 100) });
        }

        new LiveRun(console, clock).Follow(Read, CancellationToken.None);
        Assert.Contains("1 of 3 stages done · 2 running (1 min 37 s until these end)", screen.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_hundred_experts_are_one_line_when_all_have_ended_and_a_failure_is_a_line_at_once()
    {
        using var screen = new Screen(80);
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.Yes, Interactive = InteractionSupport.Yes, Out = screen });
        console.Profile.Width = 80;
        RunView At(int done, StageState odd, RunState state = RunState.Running) => Views.Run(
            state,
            [.. Enumerable.Range(0, 200).Select(i => Expert(i, i == 7 ? odd : i < done ? StageState.Succeeded : i < done + 40 ? StageState.Running : StageState.Ready)), Views.Stage("distill", state == RunState.Succeeded ? StageState.Succeeded : StageState.Waiting) with { Since = Views.Now }]);
        var views = new Queue<RunView>([At(0, StageState.Running), At(60, StageState.Failed), At(150, StageState.Running), At(200, StageState.Succeeded, RunState.Succeeded)]);
        new LiveRun(console, Views.Clock).Follow(views.Dequeue, CancellationToken.None);
        Assert.Equal(
            """
            expert[7]                failed in 19 s: The loss is NaN.
            distill                  succeeded in 19 s
            expert[0..199]           200 succeeded, 1 h 3 min of work
            """,
            screen.Seen());
        Assert.Contains("and 25 more that run", screen.ToString(), StringComparison.Ordinal);

        static StageView Expert(int index, StageState state) => Views.Stage($"expert[{index}]", state) with { Since = Views.Now, Error = state == StageState.Failed ? "The loss is NaN." : null };
    }

    private void Follow(params RunView[] views) => Follow(null, views);

    /// <summary>Each view a second after the one before.</summary>
    private void Follow(Func<StageView, string?>? whyAgain, params RunView[] views)
    {
        var next = new Queue<RunView>(views);
        var clock = new FakeTimeProvider(Views.Now);
        new LiveRun(_console, clock, whyAgain: whyAgain).Follow(
            () =>
            {
                clock.Advance(TimeSpan.FromSeconds(1));
                return next.Dequeue();
            },
            CancellationToken.None);
        Assert.Empty(next);
    }
}
