using DnC.Workflow.Stages.Keys;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Ports;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Runtime.Ledger;

public sealed partial class SqlLedger
{
    /// <inheritdoc/>
    public StageClaim? ClaimNext(ClaimRequest request)
    {
        // Bytes are looked for between transactions, never inside one.
        var absent = new HashSet<string>(StringComparer.Ordinal);
        while (true)
        {
            switch (Write(t => TryClaim(t, request, absent)))
            {
                case Outcome.Nothing:
                    return null;
                case Outcome.Taken taken:
                    return taken.Claim;
                case Outcome.Known known when request.IsPresent(FromJson<Artifact>(known.Result.Output)):
                    Write(t => Reuse(t, known, request.Worker));
                    break;
                case Outcome.Known known:
                    absent.Add(known.Result.Location);
                    break;
                default:
                    break; // held: the next best one
            }
        }
    }

    private Outcome TryClaim(LedgerTransaction transaction, ClaimRequest request, HashSet<string> absent)
    {
        if (NextReady(transaction, request) is not { } id)
            return new Outcome.Nothing();
        var stage = transaction.Get<StageRow>($"SELECT {StageRow.Columns} FROM stage s WHERE s.id = @id", new { id });
        var node = FromJson<StageNode>(transaction.Get<string>("SELECT node FROM stage WHERE id = @id", new { id }));
        var inputs = InputsOf(transaction, id, node);
        var key = StageKey.Of(node, request.Executors[node.Kind], inputs.ToDictionary(i => i.Key, i => i.Value.Digest, StringComparer.Ordinal));

        if (!stage.Forced && FindRow(transaction, key) is { } known && !absent.Contains(known.Location))
            return new Outcome.Known(id, stage.Moved, known);
        if (transaction.Find<string>("SELECT name FROM stage WHERE stage_key = @key AND state = 'running'", new { key }) is not null)
        {
            transaction.Execute("UPDATE stage SET waits_for_key = @key WHERE id = @id", new { key, id });
            return new Outcome.Held();
        }

        return new Outcome.Taken(Take(transaction, stage, node, inputs, key, request.Worker));
    }

    // The first in plan order of each run that may claim (producers before what only measures them), then by priority and age: as many
    // index look-ups as there are open runs.
    private static long? NextReady(LedgerTransaction transaction, ClaimRequest request) => transaction.Find<long?>(
        $"""
        SELECT s.id FROM run r JOIN stage s ON s.id = (
          SELECT b.id FROM stage b
          WHERE b.run_id = r.id AND b.state = 'ready' AND b.resource = @Resource AND b.waits_for_key IS NULL
            AND b.not_before <= @now AND b.kind IN @kinds
          ORDER BY b.id LIMIT 1{transaction.Dialect.SkipLocked})
        WHERE r.active > 0 AND NOT r.paused AND NOT r.cancelled AND (@OnlyRun IS NULL OR r.id = @OnlyRun)
          AND (r.max_concurrent = 0 OR (SELECT COUNT(*) FROM claim c WHERE c.run_id = r.id) < r.max_concurrent)
        ORDER BY r.priority DESC, s.ready_at, s.id LIMIT 1
        """,
        new { request.Resource, request.OnlyRun, now = transaction.Now, kinds = request.Executors.Keys.Order(StringComparer.Ordinal).ToArray() });

    private StageClaim Take(
        LedgerTransaction transaction, StageRow stage, StageNode node, Dictionary<string, ArtifactFile> inputs, string key, string worker)
    {
        // Other inputs than last time: a checkpoint made from those is no checkpoint of this.
        if (stage.StageKey != key)
            (stage.CheckpointLocation, stage.CheckpointStep) = (null, null);
        stage.StageKey = key;
        stage.Fence++;
        stage.Attempts++;
        stage.NotBefore = 0;
        stage.ResumedStep = stage.CheckpointStep;
        (stage.Worker, stage.StartedAt, stage.EndedAt) = (worker, transaction.Now, null);
        transaction.Move(stage, StageEvent.Claimed, StageState.Running, Actor.Claimer, worker);

        var row = new
        {
            id = stage.Id,
            run = stage.RunId,
            fence = stage.Fence,
            worker,
            seen = stage.Moved,
            until = transaction.Now + (long)_parts.Lease.Lease.TotalMilliseconds,
            generation = stage.Generation,
            number = stage.Attempts,
            now = transaction.Now,
            resumed = stage.ResumedStep,
        };
        transaction.Execute(
            "INSERT INTO claim (stage_id, run_id, fence, worker, seen, lease_until) VALUES (@id, @run, @fence, @worker, @seen, @until)", row);
        transaction.Execute(
            """
            INSERT INTO attempt (stage_id, fence, generation, number, worker, started_at, resumed_step)
            VALUES (@id, @fence, @generation, @number, @worker, @now, @resumed)
            """,
            row);
        return new StageClaim
        {
            Ticket = new ClaimTicket(stage.RunId, stage.Name, stage.Fence),
            Node = node,
            Generation = stage.Generation,
            Attempt = stage.Attempts,
            Key = key,
            Inputs = inputs,
            Resume = stage.CheckpointLocation is { } location ? new CheckpointRef(location, stage.CheckpointStep ?? 0) : null,
            Data = FromJson<DataSpec>(transaction.Get<string>("SELECT data FROM run WHERE id = @run", row)),
        };
    }

    // A producer whose artifact lacks a planned file leaves the input out; the body says which it needs.
    private static Dictionary<string, ArtifactFile> InputsOf(LedgerTransaction transaction, long id, StageNode node)
    {
        var outputs = new Dictionary<string, Artifact>(StringComparer.Ordinal);
        foreach (var parent in transaction.Query<StageRow>(
            $"SELECT {StageRow.Columns} FROM edge e JOIN stage s ON s.id = e.from_id WHERE e.to_id = @id", new { id }))
        {
            if (parent.Output is { } output)
                outputs.Add(parent.Name, FromJson<Artifact>(output));
        }

        var inputs = new Dictionary<string, ArtifactFile>(StringComparer.Ordinal);
        foreach (var input in node.Inputs)
        {
            if (outputs.GetValueOrDefault(input.From)?.Find(input.File) is { } file)
                inputs.Add(input.Name, file);
        }

        return inputs;
    }

    private abstract record Outcome
    {
        /// <summary>No ready stage.</summary>
        public sealed record Nothing : Outcome;

        /// <summary>The same work is running elsewhere: left ready, looked at again when that ends.</summary>
        public sealed record Held : Outcome;

        /// <summary>Claimed.</summary>
        public sealed record Taken(StageClaim Claim) : Outcome;

        /// <summary>There is a result; whether its bytes are there is to be seen.</summary>
        public sealed record Known(long Stage, long Moved, ResultRow Result) : Outcome;
    }
}
