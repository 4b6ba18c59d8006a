using System.Data.Common;
using DnC.Workflow.Runtime.Artifacts;
using DnC.Workflow.Runtime.Execute;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Claim;

/// <summary>The Hangfire job: whoever hears a ring claims, runs, and goes on claiming until nothing of that class is ready.</summary>
/// <param name="ledger">Where stages are claimed.</param>
/// <param name="request">What this engine claims of a class.</param>
/// <param name="runner">Runs what was claimed.</param>
/// <param name="running">Knows what is under way.</param>
/// <param name="health">Whether this worker can run stages; null: there is no other that could.</param>
/// <param name="time">Measures the pause after the store was away.</param>
/// <param name="drained">Told when nothing of a class was ready: a run may have ended.</param>
/// <param name="report">Told of every exception, besides Hangfire.</param>
public sealed class StageJob(
    ILedger ledger, Func<string, ClaimRequest> request, StageRunner runner, RunningAttempts running, WorkerHealth? health, TimeProvider time, Action drained, Action<string, Exception> report)
{
    // Others take what is ready meanwhile. [ours]
    private static readonly TimeSpan AwayPause = TimeSpan.FromSeconds(10);

    // Of the thread that runs an attempt: the class that it goes on with, once for each attempt.
    [ThreadStatic]
    private static string? t_next;

    /// <summary>
    /// Whether the calling thread is about to claim of this class anyway, so that one stage made ready by the attempt it ends needs no ring.
    /// True once for each attempt.
    /// </summary>
    public bool GoesOnWith(string resource)
    {
        if (t_next != resource || running.IsStopping || health?.Ailment is not null)
            return false;
        t_next = null;
        return true;
    }

    /// <summary>Whether the ledger could not be told of an attempt while the engine was stopping: its claim is left to its lease.</summary>
    public bool LeftUntold { get; private set; }

    /// <summary>Serves a resource class. A ring names nothing else, so duplicate, late and lost ones do no harm.</summary>
    /// <param name="resource">The class, which is the job's queue too.</param>
    public void Serve(string resource)
    {
        while (running.Begin(resource) is { } stop)
        {
            var isAway = false;
            try
            {
                health?.WaitUntilWell(stop);
                if (stop.IsRequested)
                    continue;
                using var waits = StoreWait.Until(stop);
                if (ledger.ClaimNext(request(resource)) is not { } claim)
                {
                    drained();
                    return;
                }

                t_next = resource;
                isAway = !runner.Run(claim, stop);
            }
            catch (ArtifactStoreAwayException e)
            {
                // Whether a result is there could not be seen: nothing was claimed.
                report($"serving '{resource}'", e);
                isAway = true;
            }
            catch (DbException e)
            {
                // The database is away. The claim, if there is one, is left to its lease; the reconciler rings when it can read again.
                LeftUntold |= running.IsStopping;
                report($"serving '{resource}'", e);
                return;
            }
            catch (Exception e)
            {
                report($"serving '{resource}'", e);
                throw;
            }
            finally
            {
                t_next = null;
                running.End(stop);
            }

            if (isAway)
                Pause(resource);
        }
    }

    private void Pause(string resource)
    {
        if (running.Begin(resource) is not { } stop)
            return;
        time.Block(AwayPause, stop);
        running.End(stop);
    }
}
