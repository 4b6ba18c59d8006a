using System.Security.Cryptography;
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

    /// <summary>For a worker, which is the first to write there, maybe: gives the store an id, and the ledger that id, where they have none.</summary>
    /// <exception cref="UserInputException">The ledger's artifacts are in another store.</exception>
    public static void Hold(SqlLedger ledger, IArtifactStore store)
    {
        var has = store.FindId();
        var noted = ledger.ArtifactStore();

        // A ledger's first worker, or its first since ids are kept. A store without an id beside a ledger with one stays without: it is not its.
        if (noted is null)
            has ??= store.GiveId(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)));
        if (noted is null || noted.Id == has)
            noted = ledger.NoteArtifactStore(has!, store.Place);
        Require(noted, has, store);
    }

    /// <summary>For whoever reads a ledger's artifacts, or deletes from them. Writes nothing.</summary>
    /// <exception cref="UserInputException">The ledger's artifacts are in another store.</exception>
    public static void Require(SqlLedger ledger, IArtifactStore store)
    {
        if (ledger.ArtifactStore() is { } noted)
            Require(noted, store.FindId(), store);
    }

    private static void Require(NotedStore noted, string? has, IArtifactStore store)
    {
        if (has == noted.Id)
            return;
        throw new UserInputException(
            $"The artifacts of this ledger are in {noted.Place} (store {noted.Id}), and {store.Place} is {(has is null ? "no store of a ledger yet" : $"another store ({has})")}. "
            + "Name the one store that all machines see, for all of them alike, with --artifacts or DNC_ARTIFACTS. "
            + $"If this is that store, moved or brought back from a copy, its file '{FileName}' has to hold {noted.Id}.");
    }
}
