using System.Data.Common;
using System.Runtime.InteropServices;
using DnC.Workflow.Runtime.Hosting;
using DnC.Workflow.Runtime.Notify;
using DnC.Workflow.Runtime.TestHost.Journals;
using DnC.Workflow.Stages.Lifecycle;

namespace DnC.Workflow.Runtime.TestHost;

/// <summary>
/// Stands for a workflow engine in front of the ledger: asks for stages and hears of their ends, until SIGTERM. Several may do so at once for
/// the same runs; each has forgotten, when it is started again, what it had asked for.
/// </summary>
public static class PacerProgram
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    /// <summary>Runs it. Exit code 0: stopped.</summary>
    public static async Task<int> Run(PacerScript script)
    {
        using var stop = new CancellationTokenSource();
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            stop.Cancel();
        });
        using var journal = Journal.OfThisProcess(script.Journal);
        using var client = Connect(script.ConnectionString);
        if (client is null)
            return 1;
        var holder = journal.Name;
        var settings = new OutboxSettings
        {
            Poll = TimeSpan.FromMilliseconds(100),

            // So short that a frozen pacer's answers are told by another while it is frozen.
            Hold = TimeSpan.FromSeconds(1),
            Retry = new RetryPolicy { FirstDelay = TimeSpan.FromMilliseconds(20), MaxDelay = TimeSpan.FromMilliseconds(200) },
        };
        await using var dispatcher = new OutboxDispatcher(
            client.Ledger, [new PacerListener(journal)], settings, holder, TimeProvider.System, () => 0.5, (_, _) => { });
        dispatcher.Start();
        Console.WriteLine($"serves as {holder}");
        var pacer = new Pacer(client.Ledger, script.Journal, journal);
        while (!stop.IsCancellationRequested)
        {
            try
            {
                pacer.Pass();
            }
            catch (DbException)
            {
                // Away, or the line was cut: whether the last request was made is not known. It is made again.
            }

            await Task.Delay(Look, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return 0;
    }

    // One that is started while the database is away ends, as a service does, and is started again.
    private static LedgerClient? Connect(string connectionString)
    {
        try
        {
            return LedgerClient.Open(connectionString, () => 0.5, (_, _) => { });
        }
        catch (Exception e) when (e is DbException or Stages.Execution.UserInputException)
        {
            Console.Error.WriteLine(e.Message);
            return null;
        }
    }
}
