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
        return Write(t => Enter(t, submission, out var id) ? Insert(t, submission, id) : id);
    }

    // Of two that ask for the same at once, one enters the run; the other waits for that and finds it. The id of another request may be
    // taken in the same way: then it is longer next time.
    private static bool Enter(LedgerTransaction transaction, RunSubmission submission, out string id)
    {
        while (true)
        {
            if (transaction.Find<string>("SELECT id FROM run WHERE request_id = @RequestId", new { submission.RequestId }) is { } known)
            {
                id = known;
                return false;
            }

            id = FreeId(transaction, submission.RequestId);
            if (InsertRun(transaction, submission, id))
                return true;
        }
    }

    private static bool InsertRun(LedgerTransaction transaction, RunSubmission submission, string id) => transaction.Execute(
        """
        INSERT INTO run (id, request_id, name, spec, identity, data, retry, no_cache, priority, max_concurrent, paused, cancelled,
          state, waiting, active, failed, withdrawn, created_at)
        VALUES (@id, @RequestId, @Name, @SpecJson, @Identity, @data, @retry, @NoCache, @Priority, @MaxConcurrent, @no, @no,
          'running', @stages, 0, 0, 0, @now)
        ON CONFLICT DO NOTHING
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
        }) == 1;

    private static string Insert(LedgerTransaction transaction, RunSubmission submission, string id)
    {
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        var stages = new List<NewStage>(submission.Graph.Stages.Count);
        foreach (var node in submission.Graph.Stages)
        {
            places.Add(node.Name, stages.Count);
            stages.Add(new NewStage
            {
                Run = id,
                Name = node.Name,
                Kind = node.Kind,
                Version = submission.Versions.TryGetValue(node.Kind, out var version) ? version : null,
                Resource = node.Resource,
                Node = ToJson(node),
                Parents = [.. StageGraph.Parents(node).Select(p => places[p])],
                Fan = node.FanOutOf is { } fan ? places[fan] : null,
                Index = node.Index,
                QueueLimit = QueueLimit(node),
                Forced = submission.NoCache,
                Now = transaction.Now,
            });
        }

        transaction.Dialect.Insert(transaction, stages);
        transaction.LockRun(id);
        transaction.SettleRoots(id);
        return id;
    }

    private static long QueueLimit(StageNode node) => (long)TimeSpan.FromMinutes(node.Options.QueueTimeoutMinutes).TotalMilliseconds;

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
