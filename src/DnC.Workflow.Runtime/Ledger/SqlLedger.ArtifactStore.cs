namespace DnC.Workflow.Runtime.Ledger;

/// <summary>The store that a ledger's artifacts are in.</summary>
/// <param name="Id">The id that was written into it.</param>
/// <param name="Place">Where it was when a worker last opened it, for people.</param>
public sealed record NotedStore(string Id, string Place);

public sealed partial class SqlLedger
{
    private const string ReadStore = "SELECT id AS Id, place AS Place FROM artifact_store";

    /// <summary>The ledger's own id, made with it: the same in every copy of it.</summary>
    public string Id() => Read(t => t.Get<string>("SELECT id FROM ledger_id"));

    /// <summary>The noted store; null where no worker has noted one yet.</summary>
    public NotedStore? ArtifactStore() => Read(t => t.Find<StoreRow>(ReadStore) is { } row ? new NotedStore(row.Id, row.Place) : null);

    /// <summary>Notes a store where none is noted yet; of one that is, the place is brought up to date and the id never changed.</summary>
    /// <returns>What is noted now: another's, maybe.</returns>
    public NotedStore NoteArtifactStore(string id, string place) => Write(t =>
    {
        t.Execute(
            """
            INSERT INTO artifact_store (one, id, place, noted_at) VALUES (1, @id, @place, @Now)
            ON CONFLICT (one) DO UPDATE SET place = excluded.place WHERE artifact_store.id = excluded.id
            """,
            new { id, place, t.Now });
        var row = t.Get<StoreRow>(ReadStore);
        return new NotedStore(row.Id, row.Place);
    });

    private sealed class StoreRow
    {
        public string Id { get; set; } = "";
        public string Place { get; set; } = "";
    }
}
