using DnC.Workflow.Runtime.Execute;
using Microsoft.Extensions.Time.Testing;

namespace DnC.Workflow.Runtime.Tests.Execute;

public sealed class AttemptLogTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Lines_are_there_as_they_come_with_their_time()
    {
        using var log = new AttemptLog(_folder.At("a", "log.txt"), _time);
        Assert.False(File.Exists(log.Path));
        log.Line("one");
        Assert.Equal("2026-01-02 03:04:05Z one\n", File.ReadAllText(log.Path));
    }

    [Fact]
    public void Beyond_its_bound_the_middle_is_left_out_and_the_end_kept()
    {
        using (var log = new AttemptLog(_folder.At("log.txt"), _time, maxBytes: 1000))
        {
            for (var i = 0; i < 10_000; i++)
                log.Line($"line {i}");
            log.Line(new string('x', 100_000));
            Assert.Contains("line 9999\n", log.Tail());
        }

        var text = File.ReadAllText(_folder.At("log.txt"));
        Assert.InRange(text.Length, 1000, 20_000);
        Assert.Contains("Z line 0\n", text);
        Assert.Contains("Z line 9999\n", text);
        Assert.Matches("… 9[0-9]{3} lines left out …", text);
        Assert.DoesNotContain("Z line 5000\n", text);
    }

    [Fact]
    public void A_log_that_cannot_be_written_keeps_its_end_in_memory()
    {
        if (!File.Exists("/dev/full"))
            Assert.Skip("This system has no /dev/full, the device that has no room.");
        File.CreateSymbolicLink(_folder.At("log.txt"), "/dev/full");
        using var log = new AttemptLog(_folder.At("log.txt"), _time);
        log.Line("one");
        log.Line("two");
        Assert.Contains("cannot be written", log.Tail());
        Assert.EndsWith("two", log.Tail());
    }
}
