using System.Text.Json;
using DnC.Workflow.Bench.Durability;
using DnC.Workflow.Bench.Measuring;
using DnC.Workflow.Learning.Training;
using DnC.Workflow.Runtime.Hosting;
using DnC.Workflow.Stages.Plan;

namespace DnC.Workflow.Bench.Training;

/// <summary>What a checkpoint costs a training, from the end of a step to the ledger's answer, as a share of the time to the next one.</summary>
internal static class CheckpointRow
{
    public static Table Measure(BenchSettings settings)
    {
        var (rows, copy) = (new List<string[]>(), Machine.CopyRate());
        foreach (var shape in settings.Quick ? [StepShape.Narrow, StepShape.ResNet18] : (StepShape[])[StepShape.Narrow, StepShape.ResNet18, StepShape.ResNet50])
        {
            var body = Run(new CheckpointBody(shape, settings.Repeats));
            var (bytes, save, load) = (body.GetProperty("bytes").GetDouble(), Median("save"), Median("load"));
            var interval = CheckpointPace.After(save);
            rows.Add(
            [
                shape.Name, Report.Number(bytes / 1e6), Report.Number(save), Report.Number(interval), Report.Share(save / interval), "≤ 1 %", Report.Number(load),
                Report.Number(bytes / save / 1e6), Report.Share(bytes / save / copy),
            ]);

            double Median(string what) => Sample.Median(body.GetProperty(what).EnumerateArray().Select(v => v.GetDouble()));
        }

        return new Table(
            "Checkpoint and resume",
            ["network", "checkpoint MB", "writing s", "to the next s", "share of the training's time", "goal", "reading s", "MB/s written", "of the copy rate"],
            rows,
            "Intervals as training has them that is told none. Writing: every number looked at, files written and forced to the disk, sealed in the artifact store under their digests, named by the SQLite ledger. Reading: digest and all.");
    }

    private static JsonElement Run(CheckpointBody body)
    {
        using var folder = new ScratchFolder("checkpoint");
        var engine = EmbeddedEngine.Start(new EngineOptions { Root = folder.Path, Slots = Graphs.Cpu(1), Executors = [body], Child = null, Jitter = Graphs.Draw });
        try
        {
            var run = engine.Ledger.Submit(Graphs.Run(new StageGraph().Add(Graphs.Node("training", body.Kind)), "checkpoints"));
            engine.WhenEnded(run, default).GetAwaiter().GetResult();
            var stage = engine.Ledger.Find(run)!.Stages[0];
            return stage.Metrics ?? throw new InvalidOperationException(stage.Error);
        }
        finally
        {
            engine.StopAsync().GetAwaiter().GetResult();
        }
    }
}
