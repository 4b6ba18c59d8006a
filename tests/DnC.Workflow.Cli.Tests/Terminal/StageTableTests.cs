using DnC.Workflow.Cli.Terminal;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Lifecycle;
using Spectre.Console.Testing;

namespace DnC.Workflow.Cli.Tests.Terminal;

public sealed class StageTableTests : IDisposable
{
    private readonly TestConsole _console = new TestConsole().Width(80);

    public void Dispose() => _console.Dispose();

    [Fact]
    public void Every_state_has_its_line()
    {
        StageTable.Write(
            _console,
            Views.Run(
                RunState.Running,
                Views.Stage("base", StageState.Succeeded) with { Attempts = 2, ResumedAtStep = 40 },
                Views.Stage("embed", StageState.Reused) with { ReusedFrom = "99aa/embed" },
                Views.Stage("cluster", StageState.Succeeded) with { Generation = 2 },
                Views.Stage("expert[0]", StageState.Running) with { Progress = new StageProgress(30, 100) },
                Views.Stage("expert[1]", StageState.Failed) with { Error = "The loss is NaN\nat step 3." },
                Views.Stage("expert[2]", StageState.Skipped),
                Views.Stage("distill", StageState.Waiting),
                Views.Stage("export", StageState.Waiting) with { GateShut = true }),
            Views.Clock);
        Assert.Equal(
            """
              stage       state       time
            ─────────────────────────────────────────────────────────────
              base        succeeded   19 s   attempt 2, from step 40 on
              embed       reused             from 99aa/embed
              cluster     succeeded   19 s   generation 2
              expert[0]   running     20 s   step 30 of 100
              expert[1]   failed      19 s
              expert[2]   skipped
              distill     waiting
              export      waiting            gate shut

              expert[1]: The loss is NaN at step 3.
            """,
            Views.Trimmed(_console.Output));
    }

    [Fact]
    public void Like_stages_of_a_large_fan_out_are_one_line()
    {
        var stages = Enumerable.Range(0, 5000).Select(i => Views.Stage($"expert[{i}]", i < 3000 ? StageState.Succeeded : StageState.Ready)).ToArray();
        stages[7] = Views.Stage("expert[7]", StageState.Failed) with { Error = "The loss is NaN." };
        (stages[3000], stages[3001]) = (Running(3000), Running(3001));
        StageTable.Write(_console, Views.Run(RunState.Running, [Views.Stage("base", StageState.Succeeded), .. stages, Views.Stage("distill", StageState.Waiting)]), Views.Clock);
        Assert.Equal(
            """
              stage                   state              time
            ────────────────────────────────────────────────────────────────────
              base                    succeeded          19 s
              expert[0..6, 8..2999]   succeeded   15 h 49 min   of 2999 stages
              expert[7]               failed             19 s
              expert[3000]            running            20 s
              expert[3001]            running            20 s
              expert[3002..4999]      ready                     1998 stages
              distill                 waiting

              expert[7]: The loss is NaN.
            """,
            Views.Trimmed(_console.Output));

        static Stages.Ports.StageView Running(int index)
        {
            var view = Views.Stage($"expert[{index}]", StageState.Running);
            return view with { Node = view.Node with { Index = index } };
        }
    }

    [Fact]
    public void Without_an_engine_what_was_running_was_interrupted()
    {
        var running = Views.Stage("base", StageState.Running) with { Progress = new StageProgress(30, 100) };
        StageTable.Write(_console, Views.Run(RunState.Running, running), Views.Clock, unserved: true);
        Assert.Matches("base +interrupted +step 30 of 100", _console.Output);
    }

    [Fact]
    public void A_long_error_is_folded_within_80_columns()
    {
        var error = string.Join(' ', Enumerable.Repeat("word", 60));
        StageTable.Write(_console, Views.Run(RunState.Failed, Views.Stage("base", StageState.Failed) with { Error = error }), Views.Clock);
        Assert.All(_console.Lines, line => Assert.True(line.Length <= 80, line));
        Assert.Equal(60, _console.Output.Split("word").Length - 1);
    }

    [Fact]
    public void A_long_error_makes_no_table_wider_in_a_pipe()
    {
        _console.Width(10_000);
        StageTable.Write(_console, Views.Run(RunState.Failed, Views.Stage("base", StageState.Failed) with { Error = new string('x', 400) }), Views.Clock);
        Assert.All(_console.Lines.Where(l => !l.Contains("xxx", StringComparison.Ordinal)), line => Assert.True(line.Length <= 80, line));
        Assert.Equal($"  base: {new string('x', 400)}", _console.Lines.Single(l => l.Contains("xxx", StringComparison.Ordinal)));
    }
}
