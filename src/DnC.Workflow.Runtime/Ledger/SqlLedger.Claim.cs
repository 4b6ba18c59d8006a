using System.Globalization;
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
            switch (Claim(t => TryClaim(t, request, absent)))
            {
                case Outcome.Nothing:
                    return null;
                case Outcome.Taken taken:
                    return taken.Claim;
                case Outcome.Known known when request.IsPresent(FromJson<Artifact>(known.Result.Output)):
                    WriteTogether(known.Run, t => Reuse(t, known, request.Worker));
                    break;
                case Outcome.Known known:
                    absent.Add(known.Result.Location);
                    break;
                default:
                    break; // another's, by now: the next best one
            }
        }
    }

    private Outcome Claim(Func<LedgerTransaction, Outcome> body)
    {
        _claimers.Wait();
        try
        {
            return Write(body);
        }
        finally
        {
            _claimers.Release();
        }
    }

    private Outcome TryClaim(LedgerTransaction transaction, ClaimRequest request, HashSet<string> absent)
    {
        if (NextReady(transaction, request) is not { } stage)
            return new Outcome.Nothing();
        var node = FromJson<StageNode>(stage.Node!);
        var inputs = InputsOf(transaction, stage.Id, node);
        var version = (int?)stage.Version ?? request.Executors[node.Kind];
        var key = StageKey.Of(node, version, inputs.ToDictionary(i => i.Key, i => i.Value.Digest, StringComparer.Ordinal));

        // Looked up in one statement: whoever runs this work is seen running, or its result is. And nobody begins it after this look.
        transaction.Dialect.LockKey(transaction, key);
        var known = transaction.Get<ResultRow>(
            $"""
            SELECT x.running AS Running, {ResultRow.Columns}
            FROM (SELECT (SELECT name FROM stage WHERE stage_key = @key AND state = 'running') AS running) x LEFT JOIN result r ON r.stage_key = @key
            """,
            new { key });
        if (!stage.Forced && known.Location.Length > 0 && !absent.Contains(known.Location))
            return new Outcome.Known(stage.RunId, stage.Id, stage.Moved, known);
        if (known.Running is not null)
            return Hold(transaction, stage, key);
        if (stage.MaxConcurrent > 0 && IsFull(transaction, stage))
            return new Outcome.Passed();
        return new Outcome.Taken(Take(transaction, stage, node, inputs, key, request.Worker));
    }

    private static StageRow? NextReady(LedgerTransaction transaction, ClaimRequest request) => transaction.Find<StageRow>(
        $"SELECT {StageRow.Columns}, s.node AS Node, r.data AS Data, r.max_concurrent AS MaxConcurrent FROM {transaction.Dialect.NextReady}",
        new
        {
            request.Resource,
            request.OnlyRun,
            avoided = request.Avoided.Select(a => $"{a.Run} {a.Kind}").ToArray(),
            now = transaction.ClockNow,
            kinds = request.Executors.Keys.Order(StringComparer.Ordinal).ToArray(),
            versions = request.Executors.Select(e => string.Create(CultureInfo.InvariantCulture, $"{e.Key}@{e.Value}")).Order(StringComparer.Ordinal).ToArray(),
        });

    // The running one's row is shared until this is committed: whoever ends it then sees who waits. If it has ended meanwhile, nobody waits.
    private static Outcome.Passed Hold(LedgerTransaction transaction, StageRow stage, string key)
    {
        var running = transaction.Find<string>(
            $"SELECT s.name FROM stage s WHERE s.stage_key = @key AND s.state = 'running'{transaction.Dialect.ShareRows("s")}", new { key });
        if (running is not null)
            transaction.Later("UPDATE stage SET waits_for_key = @key WHERE id = @Id", new { key, stage.Id });
        return new Outcome.Passed();
    }

    // Counted again with all other claimers of this run shut out: what the search saw may be old.
    private static bool IsFull(LedgerTransaction transaction, StageRow stage)
    {
        transaction.Dialect.LockLimit(transaction, stage.RunId);
        return transaction.Get<long>("SELECT COUNT(*) FROM claim WHERE run_id = @RunId", new { stage.RunId }) >= stage.MaxConcurrent;
    }

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
        transaction.Later(
            $"INSERT INTO claim (stage_id, run_id, fence, worker, seen, lease_until) VALUES (@id, @run, @fence, @worker, {transaction.Dialect.LastEvent("@seen")}, @until)", row);
        transaction.Later(
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
            Data = FromJson<DataSpec>(stage.Data!),
        };
    }

    // A producer whose artifact lacks a planned file leaves the input out; the body says which it needs.
    private static Dictionary<string, ArtifactFile> InputsOf(LedgerTransaction transaction, long id, StageNode node)
    {
        var inputs = new Dictionary<string, ArtifactFile>(StringComparer.Ordinal);
        if (node.Inputs.Count == 0)
            return inputs;
        var outputs = transaction.Query<StageRow>(
            "SELECT s.name AS Name, s.output AS Output FROM edge e JOIN stage s ON s.id = e.from_id WHERE e.to_id = @id AND s.output IS NOT NULL", new { id })
            .ToDictionary(parent => parent.Name, parent => FromJson<Artifact>(parent.Output!), StringComparer.Ordinal);
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

        /// <summary>The same work is running elsewhere (left ready, looked at again when that ends), or others took what there was of a run's limit.</summary>
        public sealed record Passed : Outcome;

        /// <summary>Claimed.</summary>
        public sealed record Taken(StageClaim Claim) : Outcome;

        /// <summary>There is a result; whether its bytes are there is to be seen.</summary>
        public sealed record Known(string Run, long Stage, long Moved, ResultRow Result) : Outcome;
    }
}
