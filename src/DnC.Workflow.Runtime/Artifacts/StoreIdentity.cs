using DnC.Workflow.Runtime.Ledger;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Artifacts;

/// <summary>
/// Holds a ledger and its artifact store together. Two workers with stores of their own would each find the other's outputs lost and make
/// them again, without end; and a collector on the wrong store would delete what another ledger needs.
/// </summary>
public static class StoreIdentity
{
    /// <summary>The file, or object, with a store's id.</summary>
    public const string FileName = ".dnc-store";

    /// <summary>
    /// For a worker, which is the first to write there, maybe: where neither knows of the other, gives the store the ledger's id, and notes it.
    /// From here on the store is taken for away where it is not there under this id.
    /// </summary>
    /// <exception cref="UserInputException">The ledger's artifacts are in another store, or the store holds another ledger's.</exception>
    public static void Hold(SqlLedger ledger, IArtifactStore store)
    {
        var has = store.FindId();
        var noted = ledger.ArtifactStore();

        // A ledger's first worker, or one that died before it noted the id. A store without an id beside a ledger with one stays without: it
        // is not its. One with another ledger's id stays that one's: two collectors would each delete what the other needs.
        if (noted is null)
        {
            var own = ledger.Id();
            has ??= store.GiveId(own);
            if (has != own)
                throw new UserInputException(OfAnother(has, store));
        }

        if (noted is null || noted.Id == has)
            noted = ledger.NoteArtifactStore(has!, store.Place);
        Require(noted, has, store);
        store.Expect(noted.Id);
    }

    /// <summary>For whoever reads a ledger's artifacts. Writes nothing.</summary>
    /// <exception cref="UserInputException">The ledger's artifacts are in another store.</exception>
    public static void Require(SqlLedger ledger, IArtifactStore store)
    {
        if (ledger.ArtifactStore() is { } noted)
            Require(noted, store.FindId(), store);
    }

    /// <summary>For whoever deletes what a ledger does not need: the store has to be known for this ledger's.</summary>
    /// <exception cref="UserInputException">It is not, or the ledger has no store yet.</exception>
    public static void RequireNoted(SqlLedger ledger, IArtifactStore store)
    {
        if (ledger.ArtifactStore() is null)
        {
            throw new UserInputException(
                $"No worker of this ledger has kept an artifact yet, so nothing in {store.Place} is known to be its own, and nothing is deleted. "
                + "Is it the right database? Name it with --postgres or DNC_POSTGRES.");
        }

        Require(ledger, store);
    }

    /// <summary>Whether a worker of a ledger would refuse a store: why, or null. Writes nothing.</summary>
    /// <param name="ledger">The ledger's id; null where there is none yet.</param>
    /// <param name="noted">The store that it has noted, or null.</param>
    /// <param name="store">The store.</param>
    public static string? Refusal(string? ledger, NotedStore? noted, IArtifactStore store)
    {
        var has = store.FindId();
        return noted is not null
            ? has == noted.Id ? null : Other(noted, has, store)
            : has is null || has == ledger ? null : OfAnother(has, store);
    }

    private static void Require(NotedStore noted, string? has, IArtifactStore store)
    {
        if (has != noted.Id)
            throw new UserInputException(Other(noted, has, store));
    }

    private static string OfAnother(string has, IArtifactStore store) =>
        $"{store.Place} holds the artifacts of another ledger (store {has}), and this ledger has none yet. Name a folder or prefix of its own with "
        + "--artifacts or DNC_ARTIFACTS, or the database of that ledger with --postgres.";

    private static string Other(NotedStore noted, string? has, IArtifactStore store) =>
        $"The artifacts of this ledger are in {noted.Place} (store {noted.Id}), and {store.Place} is {(has is null ? "no store of a ledger yet" : $"another store ({has})")}. "
        + "Name the one store that all machines see, for all of them alike, with --artifacts or DNC_ARTIFACTS. "
        + $"If this is that store, moved or brought back from a copy, its file '{FileName}' has to hold {noted.Id}.";
}
