using System.Runtime.InteropServices;
using DnC.Workflow.Stages.Lifecycle;

namespace DnC.Workflow.Cli.Tests.EndToEnd;

/// <summary>Commands beside a running engine, and the signals that stop it.</summary>
public sealed class RunningEngineTests : IDisposable
{
    private readonly FinishedRun _finished;
    private readonly TestFolder _folder = new();
    private readonly string _spec;

    public RunningEngineTests(FinishedRun finished)
    {
        _finished = finished;
        // Long enough that no machine ends it before it is stopped.
        _spec = _folder.Write("long.json", SmallSpec.Text(epochs: 20_000));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Others_read_beside_it_and_a_wish_to_cancel_is_obeyed()
    {
        using var engine = Start();
        engine.ReadUntil("base ");
        var second = Run("run", _finished.Spec, "--data", _finished.Data.Shards).Expect(2);
        Assert.Contains(_folder.At("root"), second.Error, StringComparison.Ordinal);
        Assert.Contains($"process {engine.Id}", second.Error, StringComparison.Ordinal);
        Assert.Contains("--root DIR", second.Error, StringComparison.Ordinal);

        var status = RunStatus.Of(_folder.At("root"));
        Assert.Equal(("running", "running"), (status.Report.State, status["base"].State));
        Assert.Contains("(small): running", Run("status").Expect(0).Out, StringComparison.Ordinal);
        Assert.Empty(status.Report.Waits);
        Assert.Matches($"{status.Report.Id} +small +running +20", Run("runs").Expect(0).Out);
        Assert.Equal("runs", ReuseTests.Outlook(Run("plan", _spec, "--data", _finished.Data.Shards).Expect(0))["base"]);

        var cancel = Run("cancel", status.Report.Id).Expect(0);
        Assert.Contains($"process {engine.Id}", cancel.Out, StringComparison.Ordinal);
        var ended = engine.Wait().Expect(1);
        Assert.Contains($"Run {status.Report.Id} cancelled", ended.Error, StringComparison.Ordinal);
        status = RunStatus.Of(_folder.At("root"));
        Assert.Equal("cancelled", status.Report.State);
        Assert.Equal("cancelled", status["base"].State);
        Assert.Empty(status.In("running"));
    }

    [Theory]
    [InlineData(PosixSignal.SIGINT)]
    [InlineData(PosixSignal.SIGTERM)]
    public void A_signal_checkpoints_says_how_to_go_on_and_the_same_command_does(PosixSignal signal)
    {
        using (var engine = Start("--new"))
        {
            engine.ReadUntil("started");
            WaitForStep();
            engine.Signal(signal);
            var stopped = engine.Wait().Expect(130);
            Assert.Contains($"go on with:\n  dnc run {_spec} --data {_finished.Data.Shards} --root {_folder.At("root")}\n", stopped.Out, StringComparison.Ordinal);
        }

        var between = RunStatus.Of(_folder.At("root"));
        Assert.Equal(("running", "ready"), (between.Report.State, between["base"].State));
        var released = between.Ledger((ledger, run) => ledger.Events(run)).Last(e => e.Stage == "base");
        Assert.Equal(StageEvent.Released, released.Event);

        using var again = Start();
        Assert.Contains($"Going on with run {between.Report.Id}", again.ReadLine(), StringComparison.Ordinal);
        again.ReadUntil("base ");
        var resumed = RunStatus.Of(_folder.At("root"));
        Assert.Equal((between.Report.Id, 2), (resumed.Report.Id, resumed["base"].Attempts));
        Assert.True(resumed["base"].ResumedAtStep > 0);
        Run("cancel", resumed.Report.Id).Expect(0);
        again.Wait().Expect(1);
    }

    [Fact]
    public void A_killed_engine_is_missed_and_the_command_to_go_on_told()
    {
        using (var engine = Start())
        {
            engine.ReadUntil("started");
            engine.Kill(tree: true);
        }

        var status = RunStatus.Of(_folder.At("root"));
        var goOn = $"dnc resume {status.Report.Id} --root {_folder.At("root")}";
        Assert.Equal(("running", null), (status.Report.State, status.Report.Engine));
        Assert.Equal([$"No engine is running it. Go on with: {goOn}"], status.Report.Waits);
        var text = Run("status").Expect(0).Out;
        Assert.Contains("(small): unfinished, no engine is running it", text, StringComparison.Ordinal);
        Assert.Matches("base +interrupted", text);
        Assert.Contains(goOn, text, StringComparison.Ordinal);
        Assert.Matches($"{status.Report.Id} +small +unfinished +20", Run("runs").Expect(0).Out);

        using var again = DncProcess.Start(goOn.Split(' ')[1..]);
        Assert.Contains("(attempt 1: its worker is gone)", again.ReadUntil("base "), StringComparison.Ordinal);
        Assert.Contains("(small): running", Run("status").Expect(0).Out, StringComparison.Ordinal);
        Assert.Equal(again.Id, RunStatus.Of(_folder.At("root")).Report.Engine?.Process);
    }

    [Fact]
    public void What_was_wanted_of_a_run_is_in_its_history_with_who_wanted_it()
    {
        using (var engine = Start())
        {
            engine.ReadUntil("started");
            engine.Kill(tree: true);
        }

        var run = RunStatus.Of(_folder.At("root")).Report.Id;
        Assert.Contains("nothing of it was running", Run("pause", run).Expect(0).Out, StringComparison.Ordinal);
        Assert.Contains($"The run is paused. Let it go on with:\n  dnc resume {run} --root {_folder.At("root")}\n", Run("status").Expect(0).Out, StringComparison.Ordinal);
        Run("cancel", run).Expect(0);
        var events = Run("events", run).Expect(0).Out;
        Assert.Matches($"base 1-1  ready → running [^§]*Z  run  Paused  by {Environment.UserName}@[^§]*Z  run  Cancelled  by [^§]*waiting → cancelled", events);
        Assert.Contains("\"runEvents\"", Run("events", run, "--json").Expect(0).Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_ledger_that_can_be_read_no_more_is_no_mistake_of_the_users()
    {
        using var engine = Start();
        engine.ReadUntil("started");
        foreach (var file in new[] { "ledger.db", "ledger.db-wal" })
        {
            using var ledger = new FileStream(_folder.At("root", file), FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            ledger.Write([.. Enumerable.Range(0, 1 << 20).Select(i => (byte)(i * 7))]);
        }

        var ended = engine.Wait().Expect(1);
        Assert.Contains("The ledger could not be read or written for", ended.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", ended.All, StringComparison.Ordinal);
    }

    [Fact]
    public void New_leaves_an_unfinished_run_alone()
    {
        using (var engine = Start())
        {
            engine.ReadUntil("started");
            engine.Kill(tree: true);
        }

        using var another = Start("--new");
        Assert.StartsWith("Run ", another.ReadLine(), StringComparison.Ordinal);
        another.Kill(tree: true);
        using var ledger = Runtime.Ledger.SqlLedger.OpenReadOnly(_folder.At("root", "ledger.db"), TimeProvider.System);
        Assert.Equal(2, ledger.List().Count);
        Assert.Single(ledger.List().Select(r => r.Identity).Distinct());
    }

    [Fact]
    public void An_interrupted_rerun_goes_on_by_the_same_command()
    {
        var root = _finished.Copy(_folder);
        var run = root.Status().Report.Id;
        string[] command = ["rerun", run, "cluster", "--root", root.Root];
        using (var engine = DncProcess.Start(command))
        {
            engine.ReadUntil("Runs again: cluster");
            engine.Kill(tree: true);
        }

        Assert.Contains("going on with run", DncProcess.Run(command).Expect(0).Out, StringComparison.OrdinalIgnoreCase);
        var status = root.Status();
        Assert.Equal(("succeeded", 2), (status.Report.State, status["cluster"].Generation));
    }

    private DncProcess Start(params string[] more) =>
        DncProcess.Start(["run", _spec, "--data", _finished.Data.Shards, "--root", _folder.At("root"), .. more]);

    private DncResult Run(params string[] arguments) => DncProcess.Run([.. arguments, "--root", _folder.At("root")]);

    /// <summary>Until the ledger knows of a step.</summary>
    private void WaitForStep()
    {
        while (RunStatus.Of(_folder.At("root"))["base"].Step is not > 0)
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
    }
}
