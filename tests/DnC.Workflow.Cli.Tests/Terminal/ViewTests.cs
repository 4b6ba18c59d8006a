using DnC.Workflow.Cli.Init;
using DnC.Workflow.Cli.Terminal;
using DnC.Workflow.Learning.Phases;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Keys;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Ports;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Cli.Tests.Terminal;

/// <summary>Every view with and without colours, at 80 columns and at others.</summary>
public class ViewTests
{
    private static readonly StageView[] Method =
    [
        Views.Stage("base", StageState.Succeeded) with { Attempts = 2, ResumedAtStep = 40 },
        Views.Stage("embed", StageState.Reused) with { ReusedFrom = "99aa0bcd/embed" },
        Views.Stage("cluster", StageState.Succeeded) with { Generation = 2 },
        Views.Stage("expert[0]", StageState.Running) with { Progress = new StageProgress(30, 100, 512, 6.4, "warming up the cache") },
        Views.Stage("expert[1]", StageState.Failed) with { Error = "The loss is NaN at step 3 (learning rate 0.5). Try half of it, with experts.learningRate." },
        Views.Stage("expert[2]", StageState.Skipped),
        Views.Stage("distill", StageState.Waiting),
        Views.Stage("fewLabels[equal-length,0.01,hidden]", StageState.Waiting) with { GateShut = true },
    ];

    private static readonly EvaluationRow[] Rows =
    [
        new("chance", null, 1000, 1, null, 1, null), new("base", null, 1000, 27.1, 1.4, 35.3, 1.5),
        new("dnc", null, 1000, 33.4, 1.5, 37.9, 1.5), new("equal-length", null, 1000, 44.7, 1.6, 57.2, 1.6),
    ];

    [Fact]
    public void Status_of_a_run_under_way() => Expectation.Hold("status", c => StatusView.Write(c, Views.Run(RunState.Running, Method), Views.Clock, unserved: false));

    [Fact]
    public void Status_of_a_run_whose_engine_is_gone() => Expectation.Hold("status-unserved", c => StatusView.Write(c, Views.Run(RunState.Running, Method), Views.Clock, unserved: true));

    [Fact]
    public void Status_of_a_run_that_has_succeeded() => Expectation.Hold(
        "status-succeeded",
        c => StatusView.Write(c, Views.Run(RunState.Succeeded, Views.Stage("base", StageState.Succeeded), Views.Stage("distill", StageState.Succeeded, "distill"), Views.Evaluation("dnc", Rows)), Views.Clock, unserved: false, took: "3 min 1 s"));

    [Fact]
    public void Status_of_a_run_with_very_many_experts() => Expectation.Hold("status-many", c => StatusView.Write(c, Views.Run(RunState.Running, Many()), Views.Clock, unserved: false));

    [Fact]
    public void Runs_of_one_spec_with_other_settings()
    {
        RunSummary Run(string id, string name, RunState state, int hours) => new(id, name, state, "identity", Views.Now.AddHours(-hours), state == RunState.Running ? null : Views.Now.AddHours(1 - hours));
        RunSummary[] runs = [Run("7e9396fe", "demo", RunState.Running, 1), Run("1a2b3c4d", "demo", RunState.Succeeded, 30), Run("99aa0bcd", "street signs of Lisbon, all of 2025", RunState.Failed, 80), Run("0badcafe", "demo", RunState.Cancelled, 90)];
        var changed = new Dictionary<string, string> { ["7e9396fe"] = "cluster.k=8 distill.learningRate=0.4", ["1a2b3c4d"] = "cluster.k=4 distill.learningRate=0.5", ["0badcafe"] = "cluster.k=4 data.path=/home/ann/projects/street-signs/flat" };
        Expectation.Hold("runs", c => RunsTable.Write(c, runs, changed, unserved: false));
        Expectation.Hold("runs-unserved", c => RunsTable.Write(c, runs, new Dictionary<string, string>(), unserved: true));
    }

    [Fact]
    public void Workers_of_a_database()
    {
        WorkerView Worker(string host, int pid, string device, bool live, int seen, params RunningStage[] runs) => new(
            new WorkerNote { Id = $"{host}:{pid}:8df4effee9e6370", Host = host, Pid = pid, Version = "0.1.0", Device = device, Slots = new Dictionary<string, int> { ["gpu"] = 1, ["cpu"] = 2 }, Kinds = new Dictionary<string, int>() },
            Views.Now.AddHours(-3), Views.Now.AddSeconds(-seen), live, runs);
        var unfit = Worker("node-3", 4711, "cpu", live: true, seen: 0);
        WorkerView[] workers =
        [
            Worker("node-1", 2231, "cuda:0 (NVIDIA H200)", live: true, seen: 2, new RunningStage("7e9396fe", "expert[0]"), new RunningStage("7e9396fe", "evaluate[random-partitions]")),
            Worker("ip-10-0-12-34.internal", 901, "cpu", live: false, seen: 4000),
            unfit with { Note = unfit.Note with { Ailment = "Its work folder /var/dnc is full: make room there." } },
        ];
        Expectation.Hold("workers", c => WorkersTable.Write(c, workers, Views.Clock));
        Expectation.Hold("workers-versions", c => WorkersTable.Write(c, [workers[0], workers[1] with { Note = workers[1].Note with { Version = "0.2.0" } }], Views.Clock));
    }

    [Fact]
    public void A_plan_and_what_it_reuses()
    {
        var spec = new RunSpec { Model = new ModelSpec { Backbone = "narrow", Width = 16, Side = 32 }, Evaluate = new EvaluateSpec { Compare = ["base-only"] } };
        var facts = Facts(labels: true);
        var graph = Planner.Plan(spec, facts);
        var outlook = graph.Stages.ToDictionary(s => s.Name, s => s.Name is "base" or "embed" ? "reused" : StageGraph.Parents(s).Any() ? $"depends on {StageGraph.Parents(s).First()}" : "runs", StringComparer.Ordinal);
        Expectation.Hold("plan", c => PlanTable.Write(c, graph, outlook, spec, facts));
    }

    [Fact]
    public void A_proposed_spec()
    {
        var proposal = new SpecProposal(new DataSurvey(Facts(labels: false), [32, 64, 512], 3), Recipe.For(64, gpu: false), "mine", "/data/street-signs");
        Expectation.Hold("init", c => ProposalTold.Write(c, proposal, new TrainingPilot(412, 3.2e11, "cpu", 2, IsCrowded: true), unit: 4, hours: 2));
    }

    [Fact]
    public void Checks_of_a_machine() => Expectation.Hold("doctor", c => ChecksTable.Write(c,
    [
        new Check(Verdict.Good, "cores", "2"),
        new Check(Verdict.Fair, "device", "CPU only", "For an NVIDIA GPU: export TorchRuntime=cuda, and build again (docs/guide.md)."),
        new Check(Verdict.Bad, "disk", "0.4 GiB free at /home/ann/projects/street-signs/.dnc", "Free at least 2 GiB, or choose another place with --root DIR."),
    ]));

    [Fact]
    public void A_run_that_is_followed() => Expectation.Hold("live", c => c.Write(new LivePicture(c.Profile, new Pace(Views.Clock)).Of(Views.Run(RunState.Running, Method), ["No worker serves 'gpu'. 'dnc worker --queues gpu:1' starts one."])));

    [Fact]
    public void A_run_with_very_many_experts_that_is_followed() => Expectation.Hold("live-many", c => c.Write(new LivePicture(c.Profile, new Pace(Views.Clock)).Of(Views.Run(RunState.Running, Many()), [])));

    private static DataFacts Facts(bool labels) => new() { TrainImages = 6000, ProbeImages = labels ? 1000 : 0, TestImages = labels ? 1000 : 0, HasLabels = labels, Digests = new Dictionary<string, string> { ["train"] = "t", ["probe"] = "p", ["test"] = "q" }, Index = new Dictionary<string, string> { ["train"] = "t", ["probe"] = "p", ["test"] = "q" } };

    private static StageView[] Many()
    {
        StageState StateOf(int i) => i < 84 ? StageState.Succeeded : i == 84 ? StageState.Failed : i < 125 ? StageState.Running : StageState.Ready;
        StageView Expert(int i)
        {
            var view = Views.Stage($"expert[{i}]", StateOf(i), "expert");
            return view with
            {
                Node = view.Node with { Index = i },
                Error = StateOf(i) == StageState.Failed ? "The loss is NaN at step 3." : null,
                Progress = StateOf(i) == StageState.Running ? new StageProgress(i - 84, 100, 512, 6.4) : null,
            };
        }

        return [Views.Stage("base", StageState.Succeeded), .. Enumerable.Range(0, 200).Select(Expert), Views.Stage("distill", StageState.Waiting)];
    }
}
