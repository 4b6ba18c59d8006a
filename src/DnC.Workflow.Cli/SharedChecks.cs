using System.Globalization;
using DnC.Workflow.Runtime.Artifacts;
using DnC.Workflow.Runtime.Hosting;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Cli;

/// <summary>Looks at what many machines share: a database, and a store of artifacts.</summary>
internal static class SharedChecks
{
    /// <summary>The worker that the connections are counted for: the one that the guide starts. [ours]</summary>
    private static readonly Dictionary<string, int> Usual = new(StringComparer.Ordinal) { ["gpu"] = 1, ["cpu"] = 2 };

    /// <summary>Database and store, and whether they belong together. Leaves both as they were.</summary>
    /// <param name="connectionString">With the password, of which nothing is told; null: no database.</param>
    /// <param name="store">The store; null: none.</param>
    /// <param name="time">Names an object of the store.</param>
    public static IEnumerable<Check> Of(string? connectionString, string? store, TimeProvider time)
    {
        DatabaseFacts? facts = null;
        List<Check> checks = [];
        try
        {
            facts = connectionString is null ? null : DatabaseFacts.Ask(connectionString);
        }
        catch (UserInputException e)
        {
            checks.Add(new Check(Verdict.Bad, "database", e.Message));
        }

        if (facts is not null)
            checks.AddRange(Database(connectionString!, facts));
        if (store is not null)
            checks.Add(Store(store, facts, time));
        return checks;
    }

    // Connection, version, rights and connections that are left.
    private static IEnumerable<Check> Database(string connectionString, DatabaseFacts facts)
    {
        yield return facts switch
        {
            { IsNewEnough: false } => new Check(
                Verdict.Bad,
                "database",
                $"PostgreSQL {facts.Version} at {LedgerClient.Describe(connectionString)}",
                $"{DatabaseFacts.OldestMajor} or newer is needed: upgrade it, or name another server."),
            { IsLedgerNewer: true } => new Check(
                Verdict.Bad,
                "database",
                $"{LedgerClient.Describe(connectionString)} has a ledger of version {facts.LedgerVersion}, and this program knows versions up to {DatabaseFacts.NewestLedger}",
                "Use the newer dnc that wrote it, or name another database."),
            _ => new Check(
                Verdict.Good,
                "database",
                $"PostgreSQL {facts.Version} at {LedgerClient.Describe(connectionString)}{(facts.HasLedger ? ", with a ledger" : ", without a ledger yet: the first command makes it")}"),
        };
        yield return facts switch
        {
            { IsReadOnly: true } => new Check(Verdict.Bad, "rights", "the server takes no writes, as a standby", "Name the primary."),
            { MayWrite: false } => new Check(Verdict.Bad, "rights", "the user may not make or change the schema 'dnc'", "Let it own that schema, or GRANT CREATE ON DATABASE to it."),
            _ => new Check(Verdict.Good, "rights", "the user may make and change the ledger"),
        };
        var needed = ConnectionBudget.Worker(Usual);
        var found = string.Create(CultureInfo.InvariantCulture, $"{facts.Free} of {facts.Most} are free; a worker with --queues gpu:1,cpu:2 takes up to {needed}");
        yield return facts.Free >= needed
            ? new Check(Verdict.Good, "connections", found)
            : new Check(Verdict.Bad, "connections", found, "Raise max_connections, serve fewer slots, or stop other clients.");
    }

    // Writes an object, reads it back and deletes it.
    private static Check Store(string uri, DatabaseFacts? facts, TimeProvider time)
    {
        DirectoryInfo? scratch = null;
        try
        {
            scratch = TemporaryFolder.Make("dnc-doctor-");
            var store = ArtifactStores.Open(uri, Path.Combine(scratch.FullName, "cache"), time);
            using var connections = store as IDisposable;
            if (facts is not null && StoreIdentity.Refusal(facts.LedgerId, facts.Store, store) is { } refusal)
                return new Check(Verdict.Bad, "artifacts", refusal);
            return Probed(store, uri, scratch.FullName, $"doctor/{Guid.CreateVersion7(time.GetUtcNow()):N}");
        }
        catch (Exception e) when (e is UserInputException or StageFailure or IOException or UnauthorizedAccessException or ArtifactLostException)
        {
            return new Check(Verdict.Bad, "artifacts", $"{uri}: {e.Message}");
        }
        finally
        {
            scratch?.Delete(recursive: true);
        }
    }

    private static Check Probed(IArtifactStore store, string uri, string scratch, string location)
    {
        var folder = Directory.CreateDirectory(Path.Combine(scratch, "probe")).FullName;
        File.WriteAllText(Path.Combine(folder, "probe.txt"), location);
        var artifact = store.Seal(folder, location);
        string back;
        try
        {
            back = File.ReadAllText(store.Open(artifact.Find("probe.txt")!));
        }
        finally
        {
            store.Delete(location);
        }

        return back != location
            ? new Check(Verdict.Bad, "artifacts", $"{uri} gives back other bytes than it was given")
            : store.List(location).Any()
                ? new Check(Verdict.Bad, "artifacts", $"{uri} keeps what was deleted", "The account needs the right to delete, and the bucket no hold on its objects.")
                : new Check(Verdict.Good, "artifacts", $"{uri}: written, read and deleted");
    }
}
