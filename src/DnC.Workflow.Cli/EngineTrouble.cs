using System.Data.Common;
using DnC.Workflow.Runtime.Hosting;
using Spectre.Console;

namespace DnC.Workflow.Cli;

/// <summary>What goes wrong in an engine outside any attempt: told once a kind, and the end of the command where it does not pass.</summary>
/// <param name="terminals">Where it is told.</param>
/// <param name="stop">Stops the command.</param>
internal sealed class EngineTrouble(Terminals terminals, CancellationTokenSource stop)
{
    /// <summary>How long the ledger may fail before it counts as gone for good. [ours]</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>A quiet time after which it counts as back. [ours]</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);
    private DateTimeOffset _firstFailure;
    private DateTimeOffset _lastFailure;

    /// <summary>Whether the command has ended because of it.</summary>
    public bool Fatal { get; private set; }

    /// <summary>Takes a report.</summary>
    public void Report(string what, Exception error)
    {
        lock (_lock)
        {
            if (_told.Add(what + error.Message))
                terminals.Error.WriteLine($"{what}: {error.Message}");
            if (error is not RootLostException && !(error is DbException && LedgerIsGone()))
                return;
            Fatal = true;
        }

        stop.Cancel();
    }

    private bool LedgerIsGone()
    {
        var now = terminals.Time.GetUtcNow();
        if (now - _lastFailure > Quiet)
            _firstFailure = now;
        _lastFailure = now;
        return now - _firstFailure >= Patience;
    }
}
