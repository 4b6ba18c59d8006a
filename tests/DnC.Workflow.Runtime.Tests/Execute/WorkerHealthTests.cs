using DnC.Workflow.Runtime.Execute;
using DnC.Workflow.Runtime.Execute.Child;
using Microsoft.Extensions.Time.Testing;

namespace DnC.Workflow.Runtime.Tests.Execute;

public sealed class WorkerHealthTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly FakeTimeProvider _time = new();
    private readonly List<string> _said = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_ill_worker_waits_longer_and_longer_until_nothing_is_wrong()
    {
        var time = new LeapingTime();
        var (looks, start, cures) = (new List<double>(), time.GetUtcNow(), 8);
        var health = new WorkerHealth(
            () =>
            {
                looks.Add((time.GetUtcNow() - start).TotalSeconds);
                return looks.Count == cures ? null : "the disk is full.";
            },
            time,
            _said.Add);
        Assert.Empty(Looks());

        Assert.Equal($"worker {Environment.MachineName} cannot run stages: the disk is full.", health.Fell("the disk is full."));

        // A second slot's at the same time makes no longer pause.
        Assert.Equal(health.Ailment, health.Fell("the disk is full."));
        Assert.Equal([10, 30, 70, 150, 310, 610, 910, 1210], Looks());
        Assert.Null(health.Ailment);
        Assert.Equal(2, _said.Count);
        Assert.Contains("looks again in 10 s", _said[0], StringComparison.Ordinal);
        Assert.Contains("claims again", _said[1], StringComparison.Ordinal);

        // What looked well and was not is waited for longer still; after a body that began, an illness is a new one.
        cures = 1;
        health.Fell("it does not start.");
        Assert.Equal([300], Looks());
        health.Began();
        health.Fell("it does not start.");
        Assert.Equal([10], Looks());

        List<double> Looks()
        {
            looks.Clear();
            start = time.GetUtcNow();
            health.WaitUntilWell(new StopSignal());
            return looks;
        }
    }

    [Fact]
    public void Whoever_waits_to_be_well_hears_a_stop()
    {
        var health = new WorkerHealth(() => "ill", _time, _said.Add);
        health.Fell("ill");
        var stop = new StopSignal();
        var waiting = new Thread(() => health.WaitUntilWell(stop));
        waiting.Start();
        stop.Request(StopReason.Preempt);
        waiting.Join();
        Assert.NotNull(health.Ailment);
    }

    [Fact]
    public void A_program_that_is_gone_is_seen_whether_it_is_a_file_of_its_own_or_dotnets()
    {
        var (program, library) = (_folder.At("dnc"), _folder.At("dnc.dll"));
        File.WriteAllText(program, "");
        Assert.Null(new ChildCommand(program, ["stage"]).Missing());
        Assert.Contains($"'{library}', is gone", new ChildCommand(program, [library, "stage"]).Missing(), StringComparison.Ordinal);
        File.WriteAllText(library, "");
        Assert.Null(new ChildCommand(program, [library, "stage"]).Missing());
        File.Delete(program);
        Assert.Contains($"'{program}', is gone", new ChildCommand(program, [library, "stage"]).Missing(), StringComparison.Ordinal);
        Assert.Null(new ChildCommand("dotnet", ["stage"]).Missing());
    }

    [Fact]
    public void A_work_folder_that_cannot_be_written_is_seen_and_a_look_leaves_nothing()
    {
        var work = _folder.At("work");
        Assert.Null(WorkArea.Trouble(work));
        Assert.Empty(Directory.GetFileSystemEntries(work));
        File.WriteAllText(_folder.At("file"), "");
        Assert.Contains("cannot be written", WorkArea.Trouble(_folder.At("file", "work")), StringComparison.Ordinal);
        Assert.Contains("is full", WorkArea.Complaint(work, new IOException("No space left on device", 28)), StringComparison.Ordinal);
    }

    /// <summary>A clock that leaps over every wait.</summary>
    private sealed class LeapingTime : TimeProvider
    {
        private DateTimeOffset _now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => _now;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _now += dueTime;
            callback(state);
            return new Timer(_ => { }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }
}
