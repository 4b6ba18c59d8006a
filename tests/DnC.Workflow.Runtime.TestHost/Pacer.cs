using DnC.Workflow.Runtime.TestHost.Journals;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.TestHost;

/// <summary>Makes requests: the run's end first, then each stage whose inputs' ends are in the books; all of them again after a start, and some at random.</summary>
/// <param name="ledger">Whom it asks.</param>
/// <param name="books">The folder of all pacers' journals.</param>
/// <param name="journal">Its own.</param>
public sealed class Pacer(ILedger ledger, string books, Journal journal)
{
    private readonly Dictionary<string, StageGraph> _graphs = new(StringComparer.Ordinal);
    private readonly HashSet<string> _replied = new(StringComparer.Ordinal);
    private readonly Random _draws = new(Environment.ProcessId);

    /// <summary>The request for a stage, or for the run's end.</summary>
    public static string Request(string run, string? stage) => $"{run}/{stage ?? "the end"}";

    /// <summary>Asks for all that may be asked for now.</summary>
    public void Pass()
    {
        var taken = Journal.ReadAll<GateEntry>(books).Where(e => e.Fact == GateFact.Taken).Select(e => e.Request).ToHashSet(StringComparer.Ordinal);
        foreach (var run in ledger.List().Where(r => r.Gated && r.State != RunState.Cancelled).Reverse())
        {
            // Of a run that is over one request in a while, to be told that it is known.
            if (taken.Contains(Request(run.Id, null)) && _draws.Next(100) > 0)
                continue;
            Ask(run.Id, null);
            foreach (var stage in Graph(run.Id).Stages.Where(s => StageGraph.Parents(s).All(p => taken.Contains(Request(run.Id, p)))))
                Ask(run.Id, stage.Name);
        }
    }

    private StageGraph Graph(string run)
    {
        if (!_graphs.TryGetValue(run, out var graph))
            _graphs[run] = graph = ledger.Find(run)!.Graph();
        return graph;
    }

    private void Ask(string run, string? stage)
    {
        var request = Request(run, stage);
        if (_replied.Contains(request) && _draws.Next(20) > 0)
            return;
        journal.Note(new GateEntry { Fact = GateFact.Asked, Request = request, Run = run, Stage = stage });
        var reply = stage is null
            ? ledger.WatchRun(new RunWatch { Run = run, RequestId = request, Listener = PacerListener.Called })
            : ledger.OpenGate(new GateRequest { Run = run, Stage = stage, RequestId = request, Listener = PacerListener.Called });
        journal.Note(new GateEntry { Fact = GateFact.Replied, Request = request, Run = run, Stage = stage, Effect = reply.Effect });
        _replied.Add(request);
    }
}
