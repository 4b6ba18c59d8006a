using System.Diagnostics;
using DnC.Workflow.Runtime.Execute;
using DnC.Workflow.Runtime.TestHost.Journals;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.TestHost;

/// <summary>Tells every point of an attempt on standard output and in a journal, and dies at one if it is told to.</summary>
/// <param name="dieAt">Where the process kills itself with SIGKILL, or null.</param>
/// <param name="journal">Where the points are noted, or null.</param>
public sealed class PointTeller(DeathPoint? dieAt, Journal? journal = null)
{
    private readonly Lock _lock = new();

    /// <summary>Tells a point.</summary>
    public void Tell(AttemptPoint point, StageClaim claim)
    {
        journal?.Note(JournalEntry.Of(point, claim));
        Line($"point {point} {claim.Node.Name} {claim.Generation}-{claim.Attempt}");
        if (dieAt == new DeathPoint(point, claim.Node.Name))
        {
            using var self = Process.GetCurrentProcess();
            self.Kill();
        }
    }

    /// <summary>Tells anything, a line at a time.</summary>
    public void Line(string text)
    {
        lock (_lock)
            Console.WriteLine(text);
    }
}
