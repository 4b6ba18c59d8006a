using DnC.Workflow.Runtime.Artifacts;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Ledger;

/// <summary>Where in the artifact store something of a forgotten run may lie.</summary>
/// <param name="Place">All locations there begin so: 'RUN/'.</param>
/// <param name="Since">When a run was forgotten last that led there, by the ledger's clock.</param>
public sealed record ForgottenPlace(string Place, DateTimeOffset Since);

public sealed partial class SqlLedger
{
    /// <summary>Rows of a run's history that are deleted in one transaction. [ours]</summary>
    internal const int Bite = 2_000;

    /// <summary>The time by the ledger's clock.</summary>
    public DateTimeOffset Now() => Read(t => Time(t.Now));

    /// <summary>
    /// Deletes a run that has ended, in small transactions: first its history, so many rows at a time; then, in one, its results, so that no
    /// later run is given them, its stages and itself. A result that another run has reused passes to that run. The artifacts' bytes may go
    /// once this has returned, and not before; where they may lie is remembered (<see cref="Forgotten"/>).
    /// </summary>
    /// <param name="run">Its id.</param>
    /// <param name="ended">Only if that is still when it ended; null: whenever that was.</param>
    /// <returns>
    /// Whether it is gone; false where it has not ended, somebody has made it go on (what was deleted of its earlier history stays so), or
    /// waits for its answer.
    /// </returns>
    public bool Forget(string run, DateTimeOffset? ended = null)
    {
        while (true)
        {
            if (Write(t => ForgetSome(t, run, ended)) is { } done)
                return done;
        }
    }

    /// <summary>Whether old runs are to be forgotten now, by the caller: every so often it is one engine's turn, whoever asks first.</summary>
    public bool TakesTurnToForget() => Write(t => t.Dialect.TryLockPass(t) && IsDue(t, "retention", _parts.Lease.Forget));

    /// <summary>Places in the artifact store where something of a forgotten run may still lie, longest forgotten first.</summary>
    public IReadOnlyList<ForgottenPlace> Forgotten(int atMost) => Read(t => t.Query<ForgottenRow>(
        "SELECT place AS Place, since AS Since FROM forgotten ORDER BY since, place LIMIT @atMost", new { atMost }).ConvertAll(r => new ForgottenPlace(r.Place, Time(r.Since))));

    /// <summary>Nothing is left there that may go. One that was named again since it was read stays.</summary>
    public void Settle(IReadOnlyCollection<ForgottenPlace> places) => Write(t =>
        places.Sum(p => t.Execute("DELETE FROM forgotten WHERE place = @Place AND since = @since", new { p.Place, since = p.Since.ToUnixTimeMilliseconds() })));

    /// <summary>Every location that a run, or a later run's key, may still lead to.</summary>
    /// <param name="without">Runs that count as forgotten.</param>
    public LedgerReferences References(IReadOnlyCollection<string> without) => Read(t =>
    {
        var forgotten = without.ToHashSet(StringComparer.Ordinal);
        var (named, running) = (new HashSet<string>(StringComparer.Ordinal), new List<AttemptName>());
        foreach (var stage in t.Query<Reference>(
            """
            SELECT run_id AS Run, name AS Stage, generation AS Generation, attempts AS Attempt, output AS Output,
              checkpoint_location AS Checkpoint, CASE WHEN state = 'running' THEN 1 ELSE 0 END AS IsRunning
            FROM stage WHERE output IS NOT NULL OR checkpoint_location IS NOT NULL OR state = 'running'
            """))
        {
            if (forgotten.Contains(stage.Run))
                continue;
            if (stage.Output is { } output)
                named.Add(FromJson<Artifact>(output).Location);
            if (stage.Checkpoint is { } checkpoint)
                named.Add(checkpoint);
            if (stage.IsRunning != 0)
                running.Add(new AttemptName(stage.Run, stage.Stage, stage.Generation, stage.Attempt));
        }

        foreach (var result in t.Query<Reference>("SELECT run_id AS Run, location AS Output FROM result"))
        {
            if (!forgotten.Contains(result.Run))
                named.Add(result.Output!);
        }

        return new LedgerReferences(named, running, [.. t.Query<string>("SELECT id FROM run").Where(r => !forgotten.Contains(r))]);
    });

    // Null: there is more to delete.
    private static bool? ForgetSome(LedgerTransaction t, string run, DateTimeOffset? ended)
    {
        if (t.FindRun(run) is not { } row)
            return true;
        if (!row.HasEnded || (ended is { } known && row.EndedAt != known.ToUnixTimeMilliseconds()))
            return false;

        // Somebody waits for an answer that has not been delivered yet.
        if (row.Requested && t.Get<long>("SELECT COUNT(*) FROM gate_request WHERE run_id = @run AND closed_at IS NULL", new { run }) > 0)
            return false;
        if (t.Execute("DELETE FROM event WHERE seq IN (SELECT seq FROM event WHERE run_id = @run ORDER BY seq LIMIT @Bite)", new { run, Bite }) == Bite)
            return null;

        // Of whole stages: a few rows each.
        var attempted = t.Query<long>(
            "SELECT s.id FROM stage s WHERE s.run_id = @run AND EXISTS (SELECT 1 FROM attempt a WHERE a.stage_id = s.id) ORDER BY s.id LIMIT @Bite", new { run, Bite });
        if (attempted.Count > 0)
            t.Execute("DELETE FROM attempt WHERE stage_id IN (SELECT id FROM stage WHERE run_id = @run AND id <= @last)", new { run, last = attempted[^1] });
        if (attempted.Count == Bite)
            return null;

        // Files are deleted because of this commit.
        t.Durable = true;
        foreach (var place in ForgetResults(t, run).Select(Locations.Place).Append(Locations.OfRun(run)).Distinct(StringComparer.Ordinal))
        {
            t.Execute(
                "INSERT INTO forgotten (place, since) VALUES (@place, @Now) ON CONFLICT (place) DO UPDATE SET since = excluded.since", new { place, t.Now });
        }

        t.Execute("DELETE FROM edge WHERE from_id IN (SELECT id FROM stage WHERE run_id = @run)", new { run });
        t.Execute("DELETE FROM stage WHERE run_id = @run", new { run });
        t.Execute("DELETE FROM run WHERE id = @run", new { run });
        return true;
    }

    /// <returns>Locations outside the run's own place that it led to.</returns>
    private static List<string> ForgetResults(LedgerTransaction transaction, string run)
    {
        // Locked first: who is about to reuse one has either done so, which the next statement sees, or will find it gone.
        var results = transaction.Query<ResultRow>($"SELECT {ResultRow.Columns} FROM result r WHERE r.run_id = @run ORDER BY r.stage_key{transaction.Locked("r")}", new { run });
        // None that is being forgotten itself, which would leave the result to nobody; a run that is merely busy loses it to later runs, too.
        var reusers = transaction.Query<Reference>(
            $"""
            SELECT s.run_id AS Run, s.name AS Stage, s.stage_key AS Key, s.output AS Output
            FROM result r JOIN stage s ON s.stage_key = r.stage_key JOIN run h ON h.id = s.run_id
            WHERE r.run_id = @run AND s.run_id <> @run AND s.output IS NOT NULL{transaction.Dialect.ShareFreeRows("h")}
            """,
            new { run }).ToLookup(s => (s.Key, FromJson<Artifact>(s.Output!).Location));
        foreach (var result in results)
        {
            if (reusers[(result.Key, result.Location)].FirstOrDefault() is { } heir)
                transaction.Execute("UPDATE result SET run_id = @Run, stage_name = @Stage WHERE stage_key = @Key", new { heir.Run, heir.Stage, result.Key });
        }

        transaction.Execute("DELETE FROM result WHERE run_id = @run", new { run });
        return
        [
            .. results.Select(r => r.Location),
            .. transaction.Query<string>("SELECT output FROM stage WHERE run_id = @run AND reused_from IS NOT NULL AND output IS NOT NULL", new { run })
                .Select(o => FromJson<Artifact>(o).Location),
        ];
    }

    // A result that stays as it is until this transaction ends: nobody forgets it while it is being reused.
    private static ResultRow? FindShared(LedgerTransaction transaction, string key) =>
        transaction.Find<ResultRow>($"SELECT {ResultRow.Columns} FROM result r WHERE r.stage_key = @key{transaction.Dialect.ShareRows("r")}", new { key });

    private sealed class ForgottenRow
    {
        public string Place { get; set; } = "";
        public long Since { get; set; }
    }

    private sealed class Reference
    {
        public string Run { get; set; } = "";
        public string Stage { get; set; } = "";
        public long Generation { get; set; }
        public long Attempt { get; set; }
        public string? Output { get; set; }
        public string? Checkpoint { get; set; }
        public string Key { get; set; } = "";
        public long IsRunning { get; set; }
    }
}
