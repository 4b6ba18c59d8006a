using DnC.Workflow.Cli.Status;
using DnC.Workflow.Cli.Tests.Terminal;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Cli.Tests.Status;

public class WaitReasonsTests
{
    private static readonly StageView Ready = Views.Stage("base", StageState.Ready);
    private static readonly string Class = Ready.Node.Resource;
    private static readonly string Kind = Ready.Node.Kind;

    [Fact]
    public void A_class_that_nobody_serves_is_named_with_its_stages_and_since_when()
    {
        var run = Views.Run(RunState.Running, Ready, Views.Stage("embed", StageState.Ready), Views.Stage("cluster", StageState.Waiting));
        WorkerView[][] nobody = [[], [Worker("other", Kind)], [Worker(Class, Kind) with { IsLive = false }], [Draining(Worker(Class, Kind))]];
        foreach (var workers in nobody)
        {
            var reason = Assert.Single(WaitReasons.Of(run, workers, goOn: null, Views.Clock));
            Assert.StartsWith($"base, embed wait for a '{Class}' worker: no live worker serves that class. Since 20", reason);
        }
    }

    [Fact]
    public void A_kind_that_no_worker_of_the_class_runs_is_named_with_their_versions()
    {
        var run = Views.Run(RunState.Running, Ready);
        Assert.StartsWith(
            $"base waits for a '{Class}' worker that runs '{Kind}' stages: there with dnc 0.9 has none. Since",
            Assert.Single(WaitReasons.Of(run, [Worker(Class, "another kind"), Worker("other", Kind)], goOn: null, Views.Clock)));
        var next = Views.Run(RunState.Running, Ready with { Version = 2 });
        var old = Assert.Single(WaitReasons.Of(next, [Worker(Class, Kind)], goOn: null, Views.Clock));
        Assert.StartsWith($"base waits for a '{Class}' worker that runs version 2 of '{Kind}': there with dnc 0.9 has version 1. Since", old);
        Assert.EndsWith("'dnc resume 1a2b3c4d' with the program of the workers lets the run go on with their version.", old);
        Assert.Empty(WaitReasons.Of(Views.Run(RunState.Running, Ready with { Version = 1 }), [Worker(Class, Kind)], goOn: null, Views.Clock));
    }

    [Fact]
    public void Images_that_no_worker_of_the_class_sees_are_named_with_the_hosts()
    {
        var reads = Ready with { Node = Ready.Node with { Data = new Dictionary<string, string> { ["train"] = "digest" } } };
        var run = Views.Run(RunState.Running, reads) with { Data = new Stages.Spec.DataSpec { Path = "/images" } };
        var sees = Worker(Class, Kind);
        var blind = sees with { Note = sees.Note with { Unseen = ["/images"] } };
        Assert.StartsWith(
            $"base waits for a '{Class}' worker with the images: worker there does not see '/images' (the data has to be at the same path on every worker). Since",
            Assert.Single(WaitReasons.Of(run, [blind], goOn: null, Views.Clock)));
        Assert.Empty(WaitReasons.Of(run, [blind, sees], goOn: null, Views.Clock));
        Assert.Empty(WaitReasons.Of(run with { Stages = [Ready] }, [blind], goOn: null, Views.Clock));
    }

    [Fact]
    public void Machines_that_can_run_no_stages_are_named_with_what_is_wrong_and_do_not_hide_who_lacks_the_images()
    {
        var reads = Ready with { Node = Ready.Node with { Data = new Dictionary<string, string> { ["train"] = "digest" } } };
        var run = Views.Run(RunState.Running, reads) with { Data = new Stages.Spec.DataSpec { Path = "/images" } };
        var well = Worker(Class, Kind);
        var ill = well with { Note = well.Note with { Ailment = "worker there cannot run stages: the disk is full. Make room." } };
        var blind = well with { Note = well.Note with { Unseen = ["/images"] } };
        Assert.StartsWith(
            $"base waits for a '{Class}' worker that can run stages: worker there cannot run stages: the disk is full. Make room. Since",
            Assert.Single(WaitReasons.Of(run, [ill], goOn: null, Views.Clock)));
        Assert.StartsWith($"base waits for a '{Class}' worker with the images", Assert.Single(WaitReasons.Of(run, [ill, blind], goOn: null, Views.Clock)));
        Assert.Empty(WaitReasons.Of(run, [ill, well], goOn: null, Views.Clock));
    }

    [Fact]
    public void A_running_stage_that_tells_of_no_progress_is_said_to_be_still_where_nothing_ends_it()
    {
        var running = Views.Stage("base", StageState.Running) with { Worker = "there:7", ProgressAt = Views.Now.AddMinutes(-16) };
        Assert.StartsWith("base has told of no progress (for 16 min) and has no time limit", Assert.Single(Of(running)), StringComparison.Ordinal);
        Assert.Contains("'dnc log 1a2b3c4d base'", Assert.Single(Of(running)), StringComparison.Ordinal);
        Assert.Empty(Of(running with { ProgressAt = Views.Now.AddMinutes(-14) }));
        Assert.Empty(Of(running with { ProgressAt = null }));
        Assert.Empty(Of(running with { Node = running.Node with { Options = new Stages.Execution.StageOptions { TimeoutMinutes = 60 } } }));
        Assert.Empty(Of(running with { Progress = new Stages.Execution.StageProgress(0, 0, Phase: "waits for cuda:0") { Waits = true } }));

        static IReadOnlyList<string> Of(StageView stage) => WaitReasons.Of(Views.Run(RunState.Running, stage), [], goOn: null, Views.Clock);
    }

    [Fact]
    public void Who_waits_for_a_busy_worker_waits_for_nothing_that_is_missing()
    {
        Assert.Empty(WaitReasons.Of(Views.Run(RunState.Running, Ready, Views.Stage("embed", StageState.Waiting)), [Worker(Class, Kind)], goOn: null, Views.Clock));
        Assert.Empty(WaitReasons.Of(Views.Run(RunState.Running, Views.Stage("base", StageState.Running)), [], goOn: null, Views.Clock));
        Assert.Contains("dnc resume", Assert.Single(WaitReasons.Of(Views.Run(RunState.Paused, Ready), [], goOn: null, Views.Clock)));
    }

    [Fact]
    public void Where_a_command_brings_the_engine_its_absence_is_all_there_is_to_say()
    {
        var run = Views.Run(RunState.Running, Views.Stage("embed", StageState.Running), Ready);
        Assert.Equal("No engine is running it. Go on with: dnc resume 1a", Assert.Single(WaitReasons.Of(run, workers: null, "dnc resume 1a", Views.Clock)));
        Assert.Empty(WaitReasons.Of(run, workers: null, goOn: null, Views.Clock));
        Assert.Empty(WaitReasons.Of(Views.Run(RunState.Failed, Ready), workers: null, "dnc resume 1a", Views.Clock));
        Assert.Contains("is paused", Assert.Single(WaitReasons.Of(Views.Run(RunState.Paused, Ready), workers: null, "dnc resume 1a", Views.Clock)));
    }

    [Fact]
    public void A_stage_with_all_its_inputs_waits_for_its_gate_since_the_last_of_them_ended()
    {
        var (done, shut) = (Views.Stage("base", StageState.Succeeded) with { Since = Views.Now.AddMinutes(-2) }, Views.Stage("embed", StageState.Waiting) with { GateShut = true });
        var next = After(shut with { Since = Views.Now.AddMinutes(-9) }, "base");
        WorkerView[]?[] known = [null, [], [Worker(Class, Kind)]];
        foreach (var workers in known)
        {
            Assert.Equal(
                "embed waits for its gate: whoever paces the run has not asked for it yet. Since 2026-01-02 03:02:05Z (2 min)."
                    + " 'dnc resume 1a2b3c4d --open-gates' lets the run go on by itself.",
                Assert.Single(WaitReasons.Of(Views.Run(RunState.Running, done, next), workers, goOn: null, Views.Clock)));
        }

        // What has no inputs waits from the start; what lacks one still, or has its gate open, does not wait for a gate.
        var first = Views.Stage("base", StageState.Waiting) with { GateShut = true };
        Assert.StartsWith("base waits for its gate", Assert.Single(WaitReasons.Of(Views.Run(RunState.Running, first, next), null, goOn: null, Views.Clock)));
        Assert.Empty(WaitReasons.Of(Views.Run(RunState.Running, Views.Stage("base", StageState.Running), next), null, goOn: null, Views.Clock));
        Assert.Empty(WaitReasons.Of(Views.Run(RunState.Running, done, next with { GateShut = false }), null, goOn: null, Views.Clock));
        Assert.Empty(WaitReasons.Of(Views.Run(RunState.Running, done, next with { State = StageState.Skipped }), null, goOn: null, Views.Clock));

        // Several are one sentence; a cluster that does not exist is no missing input.
        var join = After(Views.Stage("distill", StageState.Waiting) with { GateShut = true }, "base", "expert[1]");
        var both = Views.Run(RunState.Running, done, next, Views.Stage("expert[1]", StageState.Skipped), join);
        Assert.StartsWith("embed, distill wait for their gates: whoever paces the run has not asked for them yet. Since", Assert.Single(WaitReasons.Of(both, null, goOn: null, Views.Clock)));
    }

    private static StageView After(StageView stage, params string[] inputs) =>
        stage with { Node = stage.Node with { Inputs = [.. inputs.Select(i => new StageInput(i, i, "out"))] } };

    private static WorkerView Draining(WorkerView worker) => worker with { Note = worker.Note with { Draining = true } };

    private static WorkerView Worker(string resource, string kind) => new(
        new WorkerNote
        {
            Id = "w",
            Host = "there",
            Pid = 1,
            Version = "0.9",
            Device = "cpu",
            Slots = new Dictionary<string, int> { [resource] = 1 },
            Kinds = new Dictionary<string, int> { [kind] = 1 },
        },
        Views.Now,
        Views.Now,
        IsLive: true,
        []);
}
