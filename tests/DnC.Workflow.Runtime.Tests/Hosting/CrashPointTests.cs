using DnC.Workflow.Runtime.Execute;
using DnC.Workflow.Runtime.TestHost;
using DnC.Workflow.Runtime.TestHost.Bodies;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Tests.Hosting;

/// <summary>The engine kills itself at each of the numbered points of an attempt: a successor finishes the run, and each stage succeeds once.</summary>
public sealed class CrashPointTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(AttemptPoint.Claimed, 1)]
    [InlineData(AttemptPoint.Prepared, 2)]
    [InlineData(AttemptPoint.CheckpointSealed, 2)]
    [InlineData(AttemptPoint.Checkpointed, 2)]
    [InlineData(AttemptPoint.BodyEnded, 2)]
    [InlineData(AttemptPoint.Sealed, 2)]
    [InlineData(AttemptPoint.Settled, 1)]
    [InlineData(AttemptPoint.Cleared, 1)]
    public void A_crash_costs_at_most_one_interval(AttemptPoint point, int starts)
    {
        const int steps = 20;
        const int every = 4;
        var script = new EngineScript
        {
            Root = _folder.At("root"),
            Stages =
            [
                EngineProcess.Stage("base", "count", new Count.Settings(_folder.Path, steps, every)),
                EngineProcess.Stage("after", "noop", new NoOp.Settings(), "base"),
            ],
        };
        using (var dying = EngineProcess.Start(script with { DieAt = new DeathPoint(point, "base") }))
        {
            Assert.False(dying.ReadUntil("ended"));
            Assert.Equal($"point {point} base 1-1", dying.Lines.Last(l => l.Contains(" base ", StringComparison.Ordinal)));
        }

        using (var successor = EngineProcess.Start(script))
        {
            Assert.True(successor.ReadUntil("ended Succeeded"));
            Assert.Equal((0, ""), successor.WaitForExit());
        }

        // Where the body had not begun, or was never to begin again, it started once.
        Assert.InRange(Diary.Check(_folder.At("base.diary"), steps, every), 1, starts);
        var (run, events) = EngineProcess.Look(script.Root);
        Assert.All(run.Stages, s => Assert.Single(events, e => e.Stage == s.Node.Name && e.Event == StageEvent.Completed));
        Assert.Equal(Count.Expected("base", steps, 1), File.ReadAllText(Path.Combine(_folder.At("root", "artifacts"), run.Stages[0].Output!.Location, "result.txt")));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.At("root", "work"), "checkpoints", SearchOption.AllDirectories));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.At("root", "artifacts"), "*.checkpoint-*", SearchOption.AllDirectories));
    }
}
