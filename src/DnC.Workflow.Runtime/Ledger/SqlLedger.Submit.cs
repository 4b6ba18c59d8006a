using System.Security.Cryptography;
using System.Text;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Ledger;

public sealed partial class SqlLedger
{
    private const int ShortestId = 8;

    /// <inheritdoc/>
    public string Submit(RunSubmission submission)
    {
        if (submission.Graph.Stages.Count == 0)
            throw new ArgumentException($"Run '{submission.Name}' has no stages.", nameof(submission));
        if (submission.Id is { } chosen)
            RunId.Check(chosen);
        return Write(t =>
            t.Find<string>("SELECT id FROM run WHERE request_id = @RequestId", new { submission.RequestId }) is { } known
                ? SameId(submission, known)
                : Insert(t, submission));
    }

    private static string Insert(LedgerTransaction transaction, RunSubmission submission)
    {
        var id = submission.Id is { } chosen ? UntakenId(transaction, chosen) : FreeId(transaction, submission.RequestId);
        transaction.Execute(
            """
            INSERT INTO run (id, request_id, name, spec, identity, data, retry, no_cache, priority, max_concurrent, paused, cancelled,
              state, waiting, active, failed, withdrawn, created_at)
            VALUES (@id, @RequestId, @Name, @SpecJson, @Identity, @data, @retry, @NoCache, @Priority, @MaxConcurrent, @no, @no,
              'running', @stages, 0, 0, 0, @now)
            """,
            new
            {
                id,
                submission.RequestId,
                submission.Name,
                submission.SpecJson,
                submission.Identity,
                data = ToJson(submission.Data),
                retry = ToJson(submission.Retry),
                submission.NoCache,
                submission.Priority,
                submission.MaxConcurrent,
                no = false,
                stages = submission.Graph.Stages.Count,
                now = transaction.Now,
            });

        var ids = new Dictionary<string, long>(StringComparer.Ordinal);
        var roots = new List<long>();
        foreach (var node in submission.Graph.Stages)
        {
            var parents = StageGraph.Parents(node).Select(p => ids[p]).ToArray();
            var stage = InsertStage(transaction, id, node, parents.Length, node.FanOutOf is null ? null : ids[node.FanOutOf], submission.NoCache);
            ids.Add(node.Name, stage);
            foreach (var parent in parents)
                transaction.Execute("INSERT INTO edge (from_id, to_id) VALUES (@parent, @stage)", new { parent, stage });
            if (parents.Length == 0)
                roots.Add(stage);
        }

        if (submission.Gated)
            ShutGates(transaction, id);
        foreach (var root in roots)
            transaction.Settle(root);
        return id;
    }

    private static long InsertStage(LedgerTransaction transaction, string run, StageNode node, int pending, long? fan, bool forced) =>
        transaction.Get<long>(
            """
            INSERT INTO stage (run_id, name, kind, resource, node, fan_id, fan_index, queue_limit, state, moved, since, generation, fence,
              pending, forced, attempts, failures, losses, input_losses, ready_at, not_before)
            VALUES (@run, @Name, @Kind, @Resource, @json, @fan, @Index, @queue, 'waiting', 0, @now, 1, 0, @pending, @forced, 0, 0, 0, 0, 0, 0)
            RETURNING id
            """,
            new
            {
                run,
                node.Name,
                node.Kind,
                node.Resource,
                json = ToJson(node),
                fan,
                node.Index,
                queue = (long)TimeSpan.FromMinutes(node.Options.QueueTimeoutMinutes).TotalMilliseconds,
                now = transaction.Now,
                pending,
                forced,
            });

    // Short enough to type, and the same for the same request: nothing here is drawn.
    private static string FreeId(LedgerTransaction transaction, string requestId)
    {
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(requestId)));
        var length = ShortestId;
        while (transaction.Find<string>("SELECT id FROM run WHERE id = @id", new { id = digest[..length] }) is not null)
            length++;
        return digest[..length];
    }
}
