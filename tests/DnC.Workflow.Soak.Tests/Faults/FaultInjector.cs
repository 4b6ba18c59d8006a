using DnC.Workflow.Soak.Tests.Bench;
using DnC.Workflow.Soak.Tests.Fleet;

namespace DnC.Workflow.Soak.Tests.Faults;

/// <summary>Makes faults, one after the other. Each is over when the next begins, but for what it did to the run.</summary>
/// <param name="bench">To whom.</param>
/// <param name="away">How long the database stays away the first time; then for a few seconds.</param>
/// <param name="isOver">Whether nothing runs any more that a fault could wait for.</param>
public sealed class FaultInjector(SoakBench bench, TimeSpan away, Func<bool> isOver)
{
    private readonly Dictionary<FaultKind, int> _made = [];

    /// <summary>How many of each were made.</summary>
    public IReadOnlyDictionary<FaultKind, int> Made => _made;

    /// <summary>Makes one.</summary>
    public async Task Make(FaultKind kind, int target, CancellationToken cancel)
    {
        if (await Try(kind, target, cancel))
            _made[kind] = _made.GetValueOrDefault(kind) + 1;
    }

    private async Task<bool> Try(FaultKind kind, int target, CancellationToken cancel)
    {
        switch (kind)
        {
            case FaultKind.KillWorker or FaultKind.TerminateWorker:
                return await Find(() => bench.Workers.Where(w => w.Engine is not null), target, cancel) is { } worker
                    && Processes.Signal(worker.Process, kind == FaultKind.KillWorker ? Processes.Kill : Processes.Terminate);
            case FaultKind.KillChild or FaultKind.TerminateChild:
                return await Find(() => bench.Workers.SelectMany(w => w.Children()).Select(c => (int?)c), target, cancel) is { } child
                    && Processes.Signal(child, kind == FaultKind.KillChild ? Processes.Kill : Processes.Terminate);
            case FaultKind.FreezeWorker or FaultKind.FreezeTree:
                return await Freeze(kind, target, cancel);
            case FaultKind.RestartDatabase:
                bench.Server.RestartImmediately();
                return true;
            case FaultKind.DatabaseAway:
                bench.Server.StopServer();
                await Wait.Lasting(Made.ContainsKey(kind) ? TimeSpan.FromSeconds(1 + (target % 8)) : away, cancel);
                bench.Server.StartServer();
                return true;
            case FaultKind.CutListen:
                return await Happened(() => bench.Count(
                    "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE query ILIKE 'LISTEN%' AND pid <> pg_backend_pid()") > 0, cancel);
            case FaultKind.KillPacer:
                return await Find(() => bench.Pacers.Where(p => p.Engine is not null), target, cancel) is { } pacer && Processes.Signal(pacer.Process, Processes.Kill);
            case FaultKind.FreezePacer:
                return await FreezePacer(target, cancel);
            case FaultKind.CutPacers:
                return await Happened(() => bench.Count(
                    $"SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = '{SoakBench.PacerConnections}'") > 0, cancel);
            case FaultKind.DiskFull:
                return await FillDisk(cancel);
            default:
                throw new ArgumentOutOfRangeException(nameof(kind), kind, "It is not made at a moment.");
        }
    }

    private async Task<bool> Freeze(FaultKind kind, int target, CancellationToken cancel)
    {
        if (await Find(() => bench.Workers.Where(w => w.Engine is { } engine && Claims(engine) > 0), target, cancel) is not { Engine: { } engine } worker)
            return false;
        var process = worker.Process;
        int[] stopped = [process, .. kind == FaultKind.FreezeTree ? Processes.ChildrenOf(process) : []];
        foreach (var one in stopped)
            Processes.Signal(one, Processes.Stop);
        try
        {
            // Beyond the lease, whoever is alive takes its claims back.
            return await Happened(() => Claims(engine) == 0, cancel);
        }
        finally
        {
            foreach (var one in stopped.Reverse())
                Processes.Signal(one, Processes.Continue);
        }
    }

    private async Task<bool> FreezePacer(int target, CancellationToken cancel)
    {
        // Looked for frozen: what it holds would be told and acknowledged before the signal arrives.
        var made = false;
        await Wait.Until(() => isOver() || (made = Freeze()), cancel);
        return made;

        bool Freeze()
        {
            if (bench.Pacers.Where(p => p.Engine is not null).ToArray() is not { Length: > 0 } all || all[target++ % all.Length] is not { Engine: { } holder } pacer)
                return false;
            var process = pacer.Process;
            Processes.Signal(process, Processes.Stop);
            try
            {
                if (Held(holder) == 0)
                    return false;
                Wait.Until(() => isOver() || Held(holder) == 0, cancel).GetAwaiter().GetResult();
                return Held(holder) == 0;
            }
            finally
            {
                Processes.Signal(process, Processes.Continue);
            }
        }
    }

    private long Held(string holder) => bench.Count($"SELECT COUNT(*) FROM dnc.outbox WHERE holder = '{holder}'");

    private async Task<bool> FillDisk(CancellationToken cancel)
    {
        var before = Failures();
        using (bench.Disk.Fill())
            return await Happened(() => Failures() > before, cancel);

        long Failures() => bench.Count("SELECT COUNT(*) FROM dnc.attempt WHERE detail LIKE '%is full%'");
    }

    private long Claims(string engine) => bench.Count($"SELECT COUNT(*) FROM dnc.claim WHERE worker = '{engine}'");

    private async Task<T?> Find<T>(Func<IEnumerable<T>> candidates, int target, CancellationToken cancel)
    {
        T? found = default;
        await Wait.Until(() => isOver() || (found = candidates().ToArray() is { Length: > 0 } all ? all[target % all.Length] : default) is not null, cancel);
        return found;
    }

    private async Task<bool> Happened(Func<bool> condition, CancellationToken cancel)
    {
        var made = false;
        await Wait.Until(() => (made = condition()) || isOver(), cancel);
        return made;
    }
}
