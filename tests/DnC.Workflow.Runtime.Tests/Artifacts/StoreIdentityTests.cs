using System.Collections.Concurrent;
using DnC.Workflow.Runtime.Artifacts;
using DnC.Workflow.Runtime.Ledger;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Runtime.Tests.Artifacts;

/// <summary>A ledger and the one store that its artifacts are in.</summary>
public sealed class StoreIdentityTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly SqlLedger _ledger;

    public StoreIdentityTests() => _ledger = SqlLedger.Open(
        _folder.At("ledger.db"), new LedgerParts { Clock = TimeProvider.System, Doorbell = new SilentDoorbell(), Jitter = () => 0 });

    public void Dispose()
    {
        _ledger.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void The_first_worker_notes_its_store_and_all_others_have_to_have_it()
    {
        var (one, other) = (new FolderStore(_folder.At("one")), new FolderStore(_folder.At("other")));
        StoreIdentity.Require(_ledger, other); // nothing is noted yet
        Assert.Null(other.FindId());
        StoreIdentity.Hold(_ledger, one);
        StoreIdentity.Hold(_ledger, FolderStore.Shared(_folder.At("one"), TimeProvider.System));
        StoreIdentity.Require(_ledger, one);

        foreach (var opening in (Action[])[() => StoreIdentity.Hold(_ledger, other), () => StoreIdentity.Require(_ledger, other)])
        {
            var message = Assert.Throws<UserInputException>(opening).Message;
            Assert.Contains($"are in {one.Place} (store {one.FindId()})", message, StringComparison.Ordinal);
            Assert.Contains($"{other.Place} is no store of a ledger yet", message, StringComparison.Ordinal);
            Assert.Contains("--artifacts", message, StringComparison.Ordinal);
        }

        // What is refused is left as it was.
        Assert.False(Directory.Exists(_folder.At("other")));
        other.GiveId("of another ledger");
        Assert.Contains("is another store (of another ledger)", Assert.Throws<UserInputException>(() => StoreIdentity.Hold(_ledger, other)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_store_that_was_moved_is_the_same_store()
    {
        StoreIdentity.Hold(_ledger, new FolderStore(_folder.At("before")));
        var id = _ledger.ArtifactStore()!.Id;
        Directory.Move(_folder.At("before"), _folder.At("after"));
        var moved = new FolderStore(_folder.At("after"));
        StoreIdentity.Hold(_ledger, moved);
        Assert.Equal(new NotedStore(id, moved.Place), _ledger.ArtifactStore());
    }

    [Fact]
    public void Of_many_who_give_an_id_at_once_one_wins_and_all_have_its()
    {
        const int many = 8;
        var got = new ConcurrentBag<string>();
        using var start = new Barrier(many);
        var threads = Enumerable.Range(0, many).Select(i => new Thread(() =>
        {
            var store = new FolderStore(_folder.At("store"));
            start.SignalAndWait();
            got.Add(store.GiveId($"id {i}"));
        })).ToArray();
        foreach (var thread in threads)
            thread.Start();
        foreach (var thread in threads)
            thread.Join();
        Assert.Equal(many, got.Count);
        Assert.Equal([new FolderStore(_folder.At("store")).FindId()], got.Distinct());
        Assert.Equal([StoreIdentity.FileName], Directory.EnumerateFileSystemEntries(_folder.At("store")).Select(Path.GetFileName));
        Assert.Empty(new FolderStore(_folder.At("store")).List());
    }
}
