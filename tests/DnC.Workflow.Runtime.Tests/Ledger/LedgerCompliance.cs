using DnC.Workflow.Runtime.Ledger;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Tests.Ledger;

/// <summary>What every ledger has to do, whatever its database. A backend inherits this and says how to open one.</summary>
public abstract partial class LedgerCompliance : IDisposable
{
    private readonly Lazy<LedgerBench> _bench;

    protected LedgerCompliance() => _bench = new(() => new LedgerBench(Open));

    internal LedgerBench Bench => _bench.Value;

    internal ILedger Ledger => Bench.Ledger;

    /// <summary>Opens the test's ledger; again for a second connection to the same one.</summary>
    protected abstract SqlLedger Open(LedgerParts parts);

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (disposing && _bench.IsValueCreated)
            _bench.Value.Dispose();
    }

    /// <summary>Every event is a row of the table, each stage's events make a chain, and no generation succeeds twice.</summary>
    internal static void AssertHistory(ILedger ledger, string run)
    {
        var state = new Dictionary<string, StageState>(StringComparer.Ordinal);
        var succeeded = new HashSet<(string, int)>();
        var last = 0L;
        foreach (var e in ledger.Events(run))
        {
            Assert.True(e.Sequence > last);
            last = e.Sequence;
            Assert.True(Transitions.Allows(e.From, e.Event, e.To), $"{e.Stage}: {e.From} --{e.Event}--> {e.To}");
            Assert.Equal(state.GetValueOrDefault(e.Stage, StageState.Waiting), e.From);
            state[e.Stage] = e.To;
            if (e.To == StageState.Succeeded)
                Assert.True(succeeded.Add((e.Stage, e.Generation)), $"{e.Stage} succeeded twice in generation {e.Generation}");
        }

        foreach (var stage in ledger.Find(run)!.Stages)
        {
            Assert.Equal(state.GetValueOrDefault(stage.Node.Name, StageState.Waiting), stage.State);
            Assert.Equal(stage.State == StageState.Succeeded, succeeded.Contains((stage.Node.Name, stage.Generation)));
        }
    }
}
