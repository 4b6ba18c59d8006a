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
              stage       state       attempts   time
            ────────────────────────────────────────────────────────────────────────
              base        succeeded          2   19 s   went on at step 40
              embed       reused                        from 99aa/embed
              cluster     succeeded          1   19 s   generation 2
              expert[0]   running            1   20 s   step 30 of 100
              expert[1]   failed             1   19 s   The loss is NaN at step 3.
              expert[2]   skipped
              distill     waiting
              export      waiting                       gate shut
            """,
            Views.Trimmed(_console.Output));
    }

    [Fact]
    public void A_long_error_is_folded_within_80_columns()
    {
        var error = string.Join(' ', Enumerable.Repeat("word", 60));
        StageTable.Write(_console, Views.Run(RunState.Failed, Views.Stage("base", StageState.Failed) with { Error = error }), Views.Clock);
        Assert.All(_console.Lines, line => Assert.True(line.Length <= 80, line));
        Assert.Equal(60, _console.Output.Split("word").Length - 1);
    }
}
