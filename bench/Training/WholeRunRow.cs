using DnC.Workflow.Bench.Durability;
using DnC.Workflow.Bench.Measuring;
using DnC.Workflow.Images.Demo;
using DnC.Workflow.Images.Formats;
using DnC.Workflow.Learning.Phases;
using DnC.Workflow.Runtime.Execute.Child;
using DnC.Workflow.Runtime.Hosting;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Ports;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Bench.Training;

/// <summary>The demo, or a small one, with an engine and children as 'dnc demo' has them; then what its steps cost by themselves.</summary>
internal static class WholeRunRow
{
    public static Table Measure(BenchSettings settings)
    {
        using var folder = new ScratchFolder("run");
        var images = DemoTraining.Render(folder.Sub("images"), settings.Pick(new DemoOptions(600, 200, 200), new DemoOptions()));
        string[] shorter = ["cluster.k=2", "base.threads=1", "distill.threads=1", "base.epochs=2", "experts.epochs=2", "distill.epochs=2", "evaluate.compare=[]", "evaluate.linearEpochs=5"];
        var (run, attempts) = Run(DataIndex.Of(DemoTraining.Spec(settings.Quick ? shorter : []), images, verify: false), folder.Sub("root"));
        var steps = new PureSteps(DemoTraining.Spec(), settings.Pick(2, 10));
        var cores = Environment.ProcessorCount;
        var wall = (run.Summary.Ended! - run.Summary.Created).Value.TotalSeconds;
        var parts = run.Stages.Where(s => s.Started is not null).GroupBy(s => s.Node.Kind, StringComparer.Ordinal).Select(g => new RunPart(
            g.Key, g.Count(), g.Sum(s => s.CoreSeconds(attempts)), g.Sum(steps.CoreSeconds))).ToList();
        var (pure, taken) = (parts.Sum(p => p.Pure), parts.Sum(p => p.Taken));
        return new Table(
            $"A whole run on {cores} cores",
            ["what", "stages", "core-seconds", "of all", "of it steps alone", "their share", "goal"],
            [
                .. parts.Select(p => (string[])[p.Kind, $"{p.Stages}", Report.Number(p.Taken), Report.Share(p.Taken / (wall * cores)), Report.Number(p.Pure), Report.Share(p.Pure / p.Taken), ""]),
                ["no stage", "–", Report.Number(Math.Max(0.01, (wall * cores) - taken)), Report.Share(Math.Max(0, 1 - (taken / (wall * cores)))), "–", "–", ""],
                ["the run", $"{parts.Sum(p => p.Stages)}", Report.Number(wall * cores), "100.0 %", Report.Number(pure), Report.Share(pure / (wall * cores)), "≥ 90 %"],
            ],
            $"{run.Stages.Count} stages on {(settings.Quick ? 600 : new DemoOptions().Pretrain)} images, {Report.Number(wall)} s by the wall, {attempts.Count} attempts. 'Steps alone' are the stages' steps times the median of such a step on a batch that is there, measured afterwards with as many threads; "
            + "of an attempt the rest is its process's start, decoding and augmenting, looks at the gradients, checkpoints, sealing. Embedding, clustering and evaluation have no training steps.");
    }

    private static (RunView Run, IReadOnlyList<AttemptView> Attempts) Run(DataIndex index, string root)
    {
        var graph = Planner.Plan(index.Spec, index.Facts);
        var engine = EmbeddedEngine.Start(new EngineOptions
        {
            Root = root,
            Slots = graph.Stages.Select(s => s.Resource).Distinct(StringComparer.Ordinal).ToDictionary(r => r, _ => Environment.ProcessorCount, StringComparer.Ordinal),
            Executors = PhaseCatalog.All,
            Child = ChildCommand.Self("stage"),
            Jitter = Graphs.Draw,
        });
        try
        {
            var run = engine.Ledger.Submit(index.Submission("bench", graph));
            engine.WhenEnded(run, default).GetAwaiter().GetResult();
            var view = engine.Ledger.Find(run)!;
            return view.Summary.State == RunState.Succeeded
                ? (view, engine.Ledger.Attempts(run))
                : throw new InvalidOperationException(view.Stages.FirstOrDefault(s => s.Error is not null)?.Error ?? "The run did not succeed.");
        }
        finally
        {
            engine.StopAsync().GetAwaiter().GetResult();
        }
    }

    private sealed record RunPart(string Kind, int Stages, double Taken, double Pure);
}
