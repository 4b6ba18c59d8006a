using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Ledger;

public sealed partial class SqlLedger
{
    /// <summary>The time by the ledger's clock.</summary>
    public DateTimeOffset Now() => Read(t => Time(t.Now));

    /// <summary>
    /// Deletes a run that has ended: stages, attempts, events, and its results, so that no later run is given them. A result that another
    /// run has reused passes to that run. The artifacts' bytes may go once this has returned, and not before.
    /// </summary>
    /// <returns>Whether it is gone; false where it has not ended, somebody has made it go on, or waits for its answer.</returns>
    public bool Forget(string run) => Write(t =>
    {
        if (t.FindRun(run) is not { } row)
            return true;
        if (!row.HasEnded)
            return false;

        // Somebody waits for an answer that has not been delivered yet.
        if (row.Requested && t.Get<long>("SELECT COUNT(*) FROM gate_request WHERE run_id = @run AND closed_at IS NULL", new { run }) > 0)
            return false;

        // Files are deleted because of this commit.
        t.Durable = true;
        ForgetResults(t, run);
        t.Execute("DELETE FROM event WHERE run_id = @run", new { run });
        t.Execute("DELETE FROM attempt WHERE stage_id IN (SELECT id FROM stage WHERE run_id = @run)", new { run });
        t.Execute("DELETE FROM edge WHERE from_id IN (SELECT id FROM stage WHERE run_id = @run)", new { run });
        t.Execute("DELETE FROM stage WHERE run_id = @run", new { run });
        t.Execute("DELETE FROM run WHERE id = @run", new { run });
        return true;
    });

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

    private static void ForgetResults(LedgerTransaction transaction, string run)
    {
        // Locked first: who is about to reuse one has either done so, which the next statement sees, or will find it gone.
        var results = transaction.Query<ResultRow>($"SELECT {ResultRow.Columns} FROM result r WHERE r.run_id = @run ORDER BY r.stage_key{transaction.Locked("r")}", new { run });
        var reusers = transaction.Query<Reference>(
            """
            SELECT s.run_id AS Run, s.name AS Stage, s.stage_key AS Key, s.output AS Output
            FROM result r JOIN stage s ON s.stage_key = r.stage_key WHERE r.run_id = @run AND s.run_id <> @run AND s.output IS NOT NULL
            """,
            new { run }).ToLookup(s => (s.Key, FromJson<Artifact>(s.Output!).Location));
        foreach (var result in results)
        {
            if (reusers[(result.Key, result.Location)].FirstOrDefault() is { } heir)
                transaction.Execute("UPDATE result SET run_id = @Run, stage_name = @Stage WHERE stage_key = @Key", new { heir.Run, heir.Stage, result.Key });
        }

        transaction.Execute("DELETE FROM result WHERE run_id = @run", new { run });
    }

    // A result that stays as it is until this transaction ends: nobody forgets it while it is being reused.
    private static ResultRow? FindShared(LedgerTransaction transaction, string key) =>
        transaction.Find<ResultRow>($"SELECT {ResultRow.Columns} FROM result r WHERE r.stage_key = @key{transaction.Dialect.ShareRows("r")}", new { key });

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
