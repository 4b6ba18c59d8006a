using System.Diagnostics;
using DnC.Workflow.Bench.Measuring;
using DnC.Workflow.Bench.Training;
using DnC.Workflow.Images.Demo;
using DnC.Workflow.Runtime.Execute;
using DnC.Workflow.Runtime.Execute.Body;
using DnC.Workflow.Runtime.Execute.Child;
using DnC.Workflow.Stages.Lifecycle;

namespace DnC.Workflow.Bench.Startup;

/// <summary>From the moment at which an engine starts a stage's process until that tells of its first training step, and what lies between.</summary>
internal static class ChildStartRow
{
    public static Table Measure(BenchSettings settings)
    {
        using var folder = new ScratchFolder("start");
        var images = DemoTraining.Render(folder.Sub("images"), new DemoOptions { Pretrain = settings.Pick(400, 2_000), Probe = 100, Test = 100 });
        var node = DemoTraining.Node(images, 1);
        var (whole, parts) = (new List<double>(), new List<IReadOnlyList<(double Wall, double Processor)>>());
        for (var turn = 0; turn < settings.Repeats; turn++)
        {
            whole.Add(First(DemoTraining.Invocation(node, images, folder.Sub($"child-{turn}")), folder.Path));
            parts.Add(StartParts.Measure(folder.Path, DemoTraining.Invocation(node, images, folder.Sub($"parts-{turn}"))));
        }

        return new Table(
            "From the start of a stage's child process to its first step",
            ["part", "median s", "of its processors s", "goal"],
            [
                ["a child of an engine, until it tells of its first step", Report.Number(Sample.Median(whole)), "–", "≤ 1.5"],
                ["the same parts one by one", Median(p => p.Sum(x => x.Wall)), Median(p => p.Sum(x => x.Processor)), ""],
                .. StartParts.Names.Select((name, i) => (string[])[$"– {name}", Median(p => p[i].Wall), Median(p => p[i].Processor), ""]),
            ],
            $"{settings.Repeats} of each in turns, one thread, the narrow network at 32 px; the files in the page cache.");

        string Median(Func<IReadOnlyList<(double Wall, double Processor)>, double> of) => Report.Number(Sample.Median(parts.Select(of)));
    }

    private static double First(StageInvocation invocation, string folder)
    {
        using var log = new AttemptLog(Path.Combine(folder, "child.log"), TimeProvider.System);
        var (stop, first, start) = (new StopSignal(), 0.0, Stopwatch.GetTimestamp());
        var outcome = new ChildProcessHost(ChildCommand.Self("stage"), new LeaseSettings(), TimeProvider.System).Run(new HostedAttempt
        {
            Invocation = invocation,
            Stop = stop,
            Log = log,
            Progress = progress =>
            {
                if (progress.Step < 1 || first > 0)
                    return;
                first = Stopwatch.GetElapsedTime(start).TotalSeconds;
                stop.Request(StopReason.Cancel);
            },
            Commit = (_, _) => true,
        });
        return first > 0 ? first : throw new InvalidOperationException($"The child made no step: {outcome}");
    }
}
