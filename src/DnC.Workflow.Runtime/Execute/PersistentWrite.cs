using System.Data.Common;
using DnC.Workflow.Stages.Lifecycle;

namespace DnC.Workflow.Runtime.Execute;

/// <summary>A fenced write that goes on trying while the database is away, until the ledger takes it or refuses its fence.</summary>
/// <param name="time">For the waits: from 50 ms, doubled up to a heartbeat.</param>
/// <param name="lease">The longest wait, and how long an engine that is going still tries.</param>
/// <param name="report">Told of the first error of a row.</param>
public sealed class PersistentWrite(TimeProvider time, LeaseSettings lease, Action<string, Exception> report)
{
    // Errors of one write while heartbeats of the same claim succeed: the database is there, and it is the write that is wrong.
    private const int MaxErrorsWhileAnswering = 10;

    /// <summary>Writes.</summary>
    /// <param name="what">For reports: "complete 'base'".</param>
    /// <param name="write">The write; false: the fence is refused.</param>
    /// <param name="watch">The claim's heartbeat.</param>
    /// <param name="abandon">Cancelled when the engine can wait no longer: the claim is left to its lease.</param>
    /// <returns>Whether the ledger took it.</returns>
    /// <exception cref="DbException">It is not the database's absence that fails the write, or the engine can wait no longer.</exception>
    public bool Try(string what, Func<bool> write, Heartbeats.Watch watch, CancellationToken abandon)
    {
        var delay = TimeSpan.FromMilliseconds(50);
        var answers = watch.Answers;
        var errorsWhileAnswering = 0;
        var stopping = TimeSpan.Zero;
        for (var error = 0; ; error++)
        {
            try
            {
                return write();
            }
            catch (DbException e)
            {
                if (error == 0)
                    report(what, e);
                if (watch.Answers > answers)
                    errorsWhileAnswering++;
                answers = watch.Answers;
                // An engine that is going tries for a lease: after that its claims have run out, and whoever comes next takes them up.
                if (watch.Stop.Reason is StopReason.Preempt)
                    stopping += delay;
                if (errorsWhileAnswering >= MaxErrorsWhileAnswering || stopping > lease.Lease || !time.Block(delay, abandon))
                    throw;
            }

            delay = TimeSpan.FromTicks(Math.Min(delay.Ticks * 2, lease.Heartbeat.Ticks));
        }
    }
}
