using System.Data.Common;
using System.Globalization;
using DnC.Workflow.Runtime.Hosting;
using DnC.Workflow.Runtime.Ledger;
using Spectre.Console;

namespace DnC.Workflow.Cli;

/// <summary>What goes wrong in an engine outside any attempt: told once a kind, and the end of the command where it does not pass.</summary>
/// <param name="terminals">Where it is told.</param>
/// <param name="stop">Stops the command.</param>
internal sealed class EngineTrouble(Terminals terminals, CancellationTokenSource stop)
{
    /// <summary>How long the ledger may go on failing before it counts as gone for good. [ours]</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>
    /// A time without any failure after which it counts as back. Whatever cannot be written is tried again every few seconds, or when its
    /// claim has run out, after 10. [ours]
    /// </summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(12);

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
            var line = $"{what}: {ErrorLine.Of(error)}";
            if (_told.Add(line))
                terminals.Error.WriteLine(line);
            if (error is not RootLostException)
                return;
            Fatal = true;
        }

        stop.Cancel();
    }

    /// <summary>Takes an error of the ledger: every one, so that those of an outage follow each other closely.</summary>
    public void LedgerFailed(DbException error)
    {
        lock (_lock)
        {
            var now = terminals.Time.GetUtcNow();
            if (now - _lastFailure > Quiet)
                _firstFailure = now;
            _lastFailure = now;
            if (Fatal || now - _firstFailure < Patience)
                return;
            Fatal = true;
            terminals.Error.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"The ledger could not be read or written for {(now - _firstFailure).TotalSeconds:0} s, so this command ends: {ErrorLine.Of(error)} Where the disk is full, make room; the same command then goes on."));
        }

        stop.Cancel();
    }
}
