using CsCheck;
using DnC.Workflow.Runtime.Ledger;
using DnC.Workflow.Stages.Lifecycle;

namespace DnC.Workflow.Runtime.Tests.Ledger;

/// <summary>Random operations against the ledger and the model: they agree on everything, and every event is a row of the table.</summary>
public sealed class LedgerModelTests(ITestOutputHelper output) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dnc-model-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void LedgerAndModelAgree()
    {
        // A new ledger's schema is made once and copied: that is most of what opening one costs.
        var empty = Path.Combine(_folder, "empty.db");
        SqlLedger.Open(empty, new LedgerParts { Clock = TimeProvider.System, Doorbell = new SilentDoorbell(), Jitter = () => 0 }).Dispose();
        var seen = new System.Collections.Concurrent.ConcurrentDictionary<Transition, int>();
        var files = 0;
        Gen.Select(Gen.Int[0, 129], Gen.Int[0, 9_999], Gen.Int[0, 9_999]).Array[20, 150].Sample(
            steps =>
            {
                var file = Path.Combine(_folder, $"{Interlocked.Increment(ref files)}.db");
                File.Copy(empty, file);
                using (var pair = new LedgerPair(file))
                {
                    foreach (var (kind, a, b) in steps)
                        pair.Step(kind, a, b);
                    pair.AssertHistories(seen);
                }

                File.Delete(file);
            },
            print: steps => string.Join(' ', steps.Select(s => $"{s.Item1}:{s.Item2}:{s.Item3}")));
        foreach (var row in Transitions.All)
            output.WriteLine($"{seen.GetValueOrDefault(row),6} {row.From} --{row.Event}--> {row.To} by {row.By}");
    }
}
