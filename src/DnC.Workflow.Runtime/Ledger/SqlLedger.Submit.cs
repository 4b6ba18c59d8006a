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
        return Write(t => Unfinished(t, submission) ?? (Enter(t, submission, out var id) is { } numbers ? Insert(t, submission, id, numbers) : id));
    }

    private static string? Unfinished(LedgerTransaction transaction, RunSubmission submission)
    {
        if (!submission.JoinsUnfinished)
            return null;
        transaction.Dialect.LockKey(transaction, $"submit {submission.Identity}");
        return Unfinished(transaction, submission.Identity, submission.NoCache);
    }

    // Of two that ask for the same at once, one enters the run; the other waits for that and finds it. The id of another request may be
    // taken in the same way: then it is longer next time. Returns the numbers of the stages to come, or null where there is such a run.
    private static IReadOnlyList<long>? Enter(LedgerTransaction transaction, RunSubmission submission, out string id)
    {
        string[] ids = submission.Id is { } chosen ? [UntakenId(transaction, submission, chosen)] : IdsFor(submission.RequestId);
        for (id = ids[0]; ;)
        {
            // Mostly new: looked for only where the row is not taken.
            var numbers = transaction.Dialect.NumberStages(transaction, submission.Graph.Stages.Count);
            if (InsertRun(transaction, submission, id))
                return numbers;
            var there = transaction.Query<Entered>(
                $"SELECT id AS Id, request_id AS RequestId FROM run WHERE request_id = @RequestId OR id {transaction.Dialect.In("ids")}",
                new { submission.RequestId, ids });
            if (there.Find(r => r.RequestId == submission.RequestId) is { } known)
            {
                id = SameId(submission, known.Id);
                return null;
            }

            // A chosen one that another took this moment is told as that.
            id = submission.Id is null ? ids.First(i => !there.Exists(r => r.Id == i)) : UntakenId(transaction, submission, ids[0]);
        }
    }

    private static bool InsertRun(LedgerTransaction transaction, RunSubmission submission, string id) => transaction.Execute(
        $"""
        INSERT INTO run (id, request_id, name, spec, identity, data, retry, no_cache, priority, max_concurrent, paused, cancelled,
          state, waiting, active, failed, withdrawn, created_at)
        VALUES (@id, @RequestId, @Name, @SpecJson, @Identity, @data, @retry, @NoCache, @Priority, @MaxConcurrent, @no, @no,
          'running', @stages, 0, 0, 0, {transaction.Dialect.Clock})
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
            now = transaction.ClockNow,
        }) == 1;

    private static string Insert(LedgerTransaction transaction, RunSubmission submission, string id, IReadOnlyList<long> numbers)
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

        var ids = transaction.Dialect.Insert(transaction, stages, numbers);
        transaction.KnowRun(new RunRow
        {
            Id = id,
            Name = submission.Name,
            Identity = submission.Identity,
            Retry = ToJson(submission.Retry),
            State = RunState.Running,
            Waiting = stages.Count,
            CreatedAt = transaction.Now,
        });
        if (submission.Gated)
            ShutGates(transaction, id);
        else
            transaction.SettleRoots([.. stages.Select(Root).OfType<StageRow>()]);
        return id;

        StageRow? Root(NewStage stage, int i) => stage.Parents.Count > 0
            ? null
            : new StageRow { Id = ids[i], RunId = id, Name = stage.Name, Resource = stage.Resource, State = StageState.Waiting };
    }

    internal static long QueueLimit(StageNode node) => (long)TimeSpan.FromMinutes(node.Options.QueueTimeoutMinutes).TotalMilliseconds;

    // Short enough to type, and the same for the same request: nothing here is drawn. Longer ones for when the short are taken.
    private static string[] IdsFor(string requestId)
    {
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(requestId)));
        return [.. Enumerable.Range(ShortestId, digest.Length - ShortestId + 1).Select(length => digest[..length])];
    }

    private sealed class Entered
    {
        public string Id { get; set; } = "";
        public string RequestId { get; set; } = "";
    }
}
