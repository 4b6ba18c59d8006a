using System.Text.Json;
using DnC.Workflow.Cli.Status;
using DnC.Workflow.Runtime.Hosting;
using DnC.Workflow.Runtime.Ledger;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Ports;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Cli.Tests.EndToEnd;

/// <summary>A run that a program in front paces, seen from the command line.</summary>
public sealed class GatedRunTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Status_says_which_stage_waits_for_its_gate_until_somebody_opens_it()
    {
        // As the engine of the program in front holds the root.
        using var engine = RootLock.Take(_folder.Path);
        using var ledger = SqlLedger.Open(_folder.At("ledger.db"), new LedgerParts { Clock = TimeProvider.System, Doorbell = new SilentDoorbell(), Jitter = () => 0.5 });
        var run = ledger.Submit(Paced());
        Assert.StartsWith("base waits for its gate: whoever paces the run has not asked for it yet. Since", Assert.Single(Report(run).Waits));
        Assert.Equal([true, true], Report(run).Stages.Select(s => s.GateShut));
        var shown = string.Join(' ', DncProcess.Run("status", "--root", _folder.Path).Expect(0).Out.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("base waiting gate shut embed waiting gate shut", shown, StringComparison.Ordinal);
        Assert.Contains("base waits for its gate: whoever paces the run", shown, StringComparison.Ordinal);

        // Its input is under way: no gate holds anything up.
        ledger.OpenGate(new GateRequest { Run = run, Stage = "base", RequestId = "activity", Listener = "test" });
        Assert.Empty(Report(run).Waits);
        Assert.Equal([false, true], Report(run).Stages.Select(s => s.GateShut));
    }

    [Fact]
    public void A_run_whose_workflow_is_gone_is_let_go_by_hand()
    {
        // Its engine has the root, so that resume itself runs nothing.
        using var engine = RootLock.Take(_folder.Path);
        using var ledger = SqlLedger.Open(_folder.At("ledger.db"), new LedgerParts { Clock = TimeProvider.System, Doorbell = new SilentDoorbell(), Jitter = () => 0.5 });
        var run = ledger.Submit(Paced());
        ledger.Pause(run, paused: true);
        DncProcess.Run("resume", run, "--open-gates", "--root", _folder.Path).Expect(0);
        Assert.Equal([false, false], Report(run).Stages.Select(s => s.GateShut));
        Assert.Equal(["ready", "waiting"], Report(run).Stages.Select(s => s.State));
    }

    private static RunSubmission Paced() => new()
    {
        RequestId = "request",
        Name = "paced",
        SpecJson = "{}",
        Identity = "paced",
        Data = new DataSpec(),
        Graph = new StageGraph().Add(Node("base")).Add(Node("embed", "base")),
        Gated = true,
    };

    private StatusReport Report(string run) => RunStatus.Of(_folder.Path, run).Report;

    private static StageNode Node(string name, params string[] inputs) => new()
    {
        Name = name,
        Kind = name,
        Resource = "gpu",
        Settings = JsonSerializer.SerializeToElement(new { }),
        Inputs = [.. inputs.Select(i => new StageInput(i, i, "out"))],
    };
}
