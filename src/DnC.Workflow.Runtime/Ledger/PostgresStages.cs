namespace DnC.Workflow.Runtime.Ledger;

/// <summary>Stores a run's stages and edges: ten thousand in two statements, which go along with the next question.</summary>
internal static class PostgresStages
{
    /// <summary>Numbers for stages, ascending: plan order is claim order. Known with the answer to the next statement.</summary>
    public static IReadOnlyList<long> Number(LedgerTransaction transaction, int count)
    {
        var numbers = new List<long>(count);
        transaction.Later<long>(
            "SELECT nextval(pg_get_serial_sequence('stage', 'id')) FROM generate_series(1, @count)",
            new { count },
            given =>
            {
                numbers.AddRange(given);
                numbers.Sort();
            });
        return numbers;
    }

    /// <summary>Stores them.</summary>
    /// <param name="transaction">Where.</param>
    /// <param name="stages">The stages of one run, in plan order.</param>
    /// <param name="ids">Their numbers.</param>
    public static void Insert(LedgerTransaction transaction, IReadOnlyList<NewStage> stages, IReadOnlyList<long> ids)
    {
        var (run, forced, now) = (stages[0].Run, stages[0].Forced, stages[0].Now);
        transaction.Later(
            """
            INSERT INTO stage (id, run_id, name, kind, version, resource, node, fan_id, fan_index, queue_limit, state, moved, since, generation, fence,
              pending, forced, attempts, failures, losses, input_losses, ready_at, not_before)
            SELECT t.id, @run, t.name, t.kind, t.version, t.resource, t.node, t.fan, t.place, t.patience, 'waiting', 0, @now, 1, 0,
              t.pending, @forced, 0, 0, 0, 0, 0, 0
            FROM unnest(@ids, @names, @kinds, @versions, @resources, @nodes, @fans, @places, @patience, @pending)
              AS t(id, name, kind, version, resource, node, fan, place, patience, pending)
            """,
            new
            {
                run,
                now,
                forced,
                ids = ids.ToArray(),
                names = Texts(s => s.Name),
                kinds = Texts(s => s.Kind),
                versions = Numbers(s => s.Version),
                resources = Texts(s => s.Resource),
                nodes = Texts(s => s.Node),
                fans = Numbers(s => s.Fan is { } fan ? ids[fan] : null),
                places = Numbers(s => s.Index),
                patience = Numbers(s => s.QueueLimit),
                pending = Numbers(s => s.Parents.Count),
            },
            stages.Count);
        var edges = stages.SelectMany((stage, i) => stage.Parents.Select(parent => (From: ids[parent], To: ids[i]))).ToArray();
        if (edges.Length == 0)
            return;
        transaction.Later(
            "INSERT INTO edge (from_id, to_id) SELECT * FROM unnest(@from, @to)",
            new { from = Array.ConvertAll(edges, e => e.From), to = Array.ConvertAll(edges, e => e.To) },
            edges.Length);

        string[] Texts(Func<NewStage, string> of) => [.. stages.Select(s => StorableText.Of(of(s)))];

        long?[] Numbers(Func<NewStage, long?> of) => [.. stages.Select(of)];
    }
}
