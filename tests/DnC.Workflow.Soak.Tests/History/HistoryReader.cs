using System.Security.Cryptography;
using DnC.Workflow.Runtime.Artifacts;
using DnC.Workflow.Runtime.TestHost.Bodies;
using DnC.Workflow.Runtime.TestHost.Journals;
using DnC.Workflow.Soak.Tests.Bench;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Soak.Tests.History;

/// <summary>Brings together what is known of the runs of a bench.</summary>
public static class HistoryReader
{
    /// <summary>The histories of runs.</summary>
    public static IReadOnlyList<RunHistory> Read(SoakBench bench, IEnumerable<string> runs)
    {
        var journal = Journal.ReadAll(bench.Journal).ToLookup(e => e.Run, StringComparer.Ordinal);
        var attempts = bench.Query(
            """
            SELECT s.run_id, s.name, a.generation, a.number, a.fence, a.outcome, a.resumed_step
            FROM dnc.attempt a JOIN dnc.stage s ON s.id = a.stage_id ORDER BY s.id, a.generation, a.number
            """,
            r => (Run: r.GetString(0), Fact: new AttemptFact(
                r.GetString(1), (int)r.GetInt64(2), (int)r.GetInt64(3), r.GetInt64(4), r.IsDBNull(5) ? null : Enum.Parse<StageEvent>(r.GetString(5)),
                r.IsDBNull(6) ? null : r.GetInt64(6)))).ToLookup(a => a.Run, a => a.Fact, StringComparer.Ordinal);
        var gates = Journal.ReadAll<GateEntry>(bench.Books).ToLookup(e => e.Run, StringComparer.Ordinal);
        var requests = bench.Query(
            """
            SELECT q.run_id, q.id, s.name, q.state, q.answer, q.generation, q.output
            FROM dnc.gate_request q LEFT JOIN dnc.stage s ON s.id = q.stage_id ORDER BY q.number
            """,
            r => (Run: r.GetString(0), Fact: new RequestFact(
                r.GetString(1), r.IsDBNull(2) ? null : r.GetString(2), Enum.Parse<RequestState>(r.GetString(3), ignoreCase: true),
                r.IsDBNull(4) ? null : new EndFact(Enum.Parse<StageState>(r.GetString(4), ignoreCase: true), (int)r.GetInt64(5), r.IsDBNull(6) ? null : r.GetString(6)))))
            .ToLookup(q => q.Run, q => q.Fact, StringComparer.Ordinal);
        return [.. runs.Select(id =>
        {
            var run = bench.Ledger.Find(id)!;
            return new RunHistory
            {
                Run = id,
                State = run.Summary.State,
                Stages = [.. run.Stages.Select(s => new StageFact(s.Node.Name, s.State, s.Generation, s.Output?.Location))],
                Events = bench.Ledger.Events(id),
                Attempts = [.. attempts[id]],
                Journal = [.. journal[id]],
                Gated = run.Summary.Gated,
                Requests = [.. requests[id]],
                Gates = [.. gates[id]],
                Outputs = run.Stages.Where(s => s.Output is not null).ToDictionary(s => s.Node.Name, s => ReadOutput(bench.Store, s.Output!), StringComparer.Ordinal),
            };
        })];
    }

    private static OutputFact ReadOutput(FolderStore store, Artifact output)
    {
        try
        {
            // Opened by the store, which holds each file against its size and digest.
            foreach (var file in output.Files)
                store.Open(file);
            return output.Find(Grow.Result) is { } result && output.Find(Grow.Bulk) is { } bulk
                ? new OutputFact(null, File.ReadAllText(store.Open(result)), Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(store.Open(bulk)))))
                : new OutputFact("its artifact lacks a file", "", "");
        }
        catch (ArtifactLostException e)
        {
            return new OutputFact(e.Message, "", "");
        }
    }
}
