using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using DnC.Workflow.Runtime.Execute;
using DnC.Workflow.Runtime.Execute.Body;
using DnC.Workflow.Runtime.Execute.Child;
using DnC.Workflow.Runtime.TestHost.Bodies;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Spec;
using Microsoft.Extensions.Time.Testing;

namespace DnC.Workflow.Runtime.Tests.Execute;

/// <summary>Real processes.</summary>
public sealed class ChildProcessTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly FakeTimeProvider _time = new();
    private readonly StopSignal _stop = new();
    private readonly List<(string Folder, long Step)> _checkpoints = [];
    private readonly List<StageProgress> _progress = [];
    private readonly AttemptLog _log;
    private Action _onCheckpoint = () => { };
    private bool _ack = true;

    public ChildProcessTests()
    {
        _folder.Make("output");
        _log = new AttemptLog(_folder.At("log.txt"), TimeProvider.System);
    }

    public void Dispose()
    {
        _log.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_body_runs_checkpoints_and_finishes()
    {
        var outcome = Run("count", new Count.Settings(_folder.Path, Steps: 10, Every: 4));
        var finished = Assert.IsType<AttemptOutcome.Finished>(outcome);
        Assert.Equal(10, finished.Result.Metrics.GetProperty("step").GetInt32());
        Assert.Equal([(_folder.At("checkpoints", "4"), 4L), (_folder.At("checkpoints", "8"), 8L)], _checkpoints);
        Assert.Equal(10, _progress[^1].Step);
        Assert.Equal(Count.Expected("base", 10, 1), File.ReadAllText(_folder.At("output", "result.txt")));
    }

    [Theory]
    [InlineData("segv", "SIGSEGV")]
    [InlineData("abort", "SIGABRT")]
    [InlineData("kill", "SIGKILL")]
    [InlineData("exit", "exit code 3")]
    public void A_death_of_its_own_is_a_failure_that_names_the_signal(string how, string named)
    {
        var failed = Assert.IsType<AttemptOutcome.Failed>(Run("crash", new Crash.Settings(_folder.Path, how)));
        Assert.True(failed.Failure.Retryable);
        Assert.Contains(named, failed.Failure.Message);
        Assert.Contains("about to crash", failed.Failure.Detail);
    }

    [Fact]
    public void What_a_body_throws_arrives_whole()
    {
        var thrown = Assert.IsType<AttemptOutcome.Failed>(Run("crash", new Crash.Settings(_folder.Path, "throw")));
        Assert.Equal("InvalidOperationException: thrown by the body", thrown.Failure.Message);
        Assert.Contains("Crash.Execute", thrown.Failure.Detail);
        Assert.True(thrown.Failure.Retryable);
        var refused = Assert.IsType<AttemptOutcome.Failed>(Run("crash", new Crash.Settings(_folder.Path, "refuse", Times: 9)));
        Assert.False(refused.Failure.Retryable);
        var lost = Assert.IsType<AttemptOutcome.InputLost>(Run("crash", new Crash.Settings(_folder.Path, "lose", Times: 9)));
        Assert.Equal("model", lost.Input);
        Assert.Contains("runs no stage of the kind 'unknown'", Assert.IsType<AttemptOutcome.Failed>(Run("unknown", new { })).Failure.Message);
    }

    [Fact]
    public void What_native_code_prints_goes_to_the_log_and_not_into_the_protocol()
    {
        var failed = Assert.IsType<AttemptOutcome.Failed>(Run("crash", new Crash.Settings(_folder.Path, "print")));
        Assert.Equal("after printing", failed.Failure.Message);
        Assert.Contains("{ printed by native code", File.ReadAllText(_log.Path));
    }

    [Fact]
    public void Asked_to_stop_it_checkpoints_and_stops()
    {
        _onCheckpoint = () => _stop.Request(StopReason.Preempt);
        Assert.Equal("stopped on request", Assert.IsType<AttemptOutcome.Stopped>(Run("hang", new Hang.Settings(_folder.Path, Deaf: false))).How);
    }

    [Fact]
    public void A_SIGTERM_of_its_own_is_a_wish_to_stop_too()
    {
        _onCheckpoint = () =>
        {
            var pid = int.Parse(Regex.Match(_log.Tail(), "Process ([0-9]+) runs").Groups[1].Value);
            using var kill = Process.Start("kill", ["-TERM", $"{pid}"]);
            kill.WaitForExit();
        };
        var stopped = Assert.IsType<AttemptOutcome.Stopped>(Run("hang", new Hang.Settings(_folder.Path, Deaf: false)));
        Assert.Equal("its process was told to end from outside (SIGTERM)", stopped.How);
        Assert.Contains("Told to end from outside: SIGTERM to process", File.ReadAllText(_log.Path));
        Assert.False(_stop.IsRequested);
    }

    [Fact]
    public void Deaf_to_the_wish_it_is_killed_at_the_end_of_the_grace()
    {
        _onCheckpoint = () =>
        {
            _stop.Request(StopReason.Preempt);
            _time.Advance(new LeaseSettings().Grace);
        };
        var stopped = Assert.IsType<AttemptOutcome.Stopped>(Run("hang", new Hang.Settings(_folder.Path, Deaf: true)));
        Assert.Contains("grace", stopped.How);
        AliveLock.Hold(_folder.At("base.alive")).Dispose();
    }

    [Fact]
    public void A_process_that_is_stopped_is_killed_at_the_end_of_the_grace_and_a_second_wish_gives_no_second_one()
    {
        _onCheckpoint = () =>
        {
            var pid = int.Parse(Regex.Match(_log.Tail(), "Process ([0-9]+) runs").Groups[1].Value);
            using (var freeze = Process.Start("kill", ["-STOP", $"{pid}"]))
                freeze.WaitForExit();
            var grace = new LeaseSettings().Grace;
            _stop.Request(StopReason.Pause);
            _time.Advance(grace / 2);
            _stop.Request(StopReason.Preempt);
            _time.Advance(grace / 2);
        };
        var stopped = Assert.IsType<AttemptOutcome.Stopped>(Run("hang", new Hang.Settings(_folder.Path, Deaf: true)));
        Assert.Contains("grace", stopped.How);
    }

    [Theory]
    [InlineData(StopReason.Cancel)]
    [InlineData(StopReason.Lost)]
    [InlineData(StopReason.Timeout)]
    public void Without_use_for_its_checkpoint_it_is_killed_at_once(StopReason reason)
    {
        _onCheckpoint = () => _stop.Request(reason);
        Assert.IsType<AttemptOutcome.Stopped>(Run("hang", new Hang.Settings(_folder.Path, Deaf: true)));
    }

    [Fact]
    public void A_refused_checkpoint_stops_the_body()
    {
        _ack = false;
        Assert.IsType<AttemptOutcome.Stopped>(Run("count", new Count.Settings(_folder.Path, Steps: 10, Every: 4)));
        Assert.Equal(["start 0", "step 1", "step 2", "step 3", "step 4"], File.ReadAllLines(_folder.At("base.diary")));
    }

    [Fact]
    public void A_program_that_is_not_there_is_said()
    {
        var host = new ChildProcessHost(new ChildCommand(_folder.At("none"), []), new LeaseSettings(), _time);
        Assert.Contains("none", Assert.ThrowsAny<Exception>(() => host.Run(Attempt("noop", new { }))).Message);
    }

    private AttemptOutcome Run<T>(string kind, T settings) => new ChildProcessHost(TestHostCommand.Stage, new LeaseSettings(), _time).Run(Attempt(kind, settings));

    private HostedAttempt Attempt<T>(string kind, T settings) => new()
    {
        Invocation = new StageInvocation
        {
            Kind = kind,
            Stage = "base",
            Settings = JsonSerializer.SerializeToElement(settings, SpecJson.Options),
            Options = new StageOptions { Threads = 1 },
            DataDigests = new Dictionary<string, string>(),
            Data = new DataSpec(),
            Inputs = new Dictionary<string, string> { ["model"] = "/none" },
            OutputFolder = _folder.At("output"),
            CheckpointFolder = _folder.At("checkpoints"),
        },
        Stop = _stop,
        Log = _log,
        Progress = _progress.Add,
        Commit = (folder, step) =>
        {
            _checkpoints.Add((folder, step));
            _onCheckpoint();
            return _ack;
        },
    };
}
