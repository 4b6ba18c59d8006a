using System.Data.Common;
using DnC.Workflow.Runtime.Execute;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Hosting;

/// <summary>A reconciler pass a second, jittered by a tenth, on a thread of its own.</summary>
public sealed class ReconcilerLoop : IDisposable
{
    private readonly Func<ReconcileReport> _pass;
    private readonly Action<string, Exception> _report;
    private readonly CancellationTokenSource _ended = new();
    private readonly Thread _thread;
    private bool _away;

    /// <summary>Starts the thread; the first pass comes after one interval.</summary>
    /// <param name="pass">One pass.</param>
    /// <param name="interval">Between passes.</param>
    /// <param name="jitter">A draw in [0, 1).</param>
    /// <param name="time">Measures the interval.</param>
    /// <param name="report">Told of failed passes, and of passes that had to repair something.</param>
    public ReconcilerLoop(Func<ReconcileReport> pass, TimeSpan interval, Func<double> jitter, TimeProvider time, Action<string, Exception> report)
    {
        _pass = pass;
        _report = report;
        _thread = new Thread(() =>
        {
            while (time.Block(interval * (0.9 + (0.2 * jitter())), _ended.Token))
                Pass();
        })
        { IsBackground = true, Name = "reconciler" };
        _thread.Start();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ended.Cancel();
        _thread.Join();
        _ended.Dispose();
    }

    private void Pass()
    {
        try
        {
            var done = _pass();
            _away = false;
            if (done.Repaired > 0)
                _report("reconciling", new InvalidOperationException($"{done.Repaired} counters or states were wrong and are right now: a defect of this program."));
        }
        catch (Exception e)
        {
            // Without passes delayed retries and lost rings would stay: whatever happened, there is a next one.
            if (!_away || e is not DbException)
                _report("reconciling", e);
            _away = e is DbException;
        }
    }
}
