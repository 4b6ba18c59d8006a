using System.Collections.Concurrent;
using DnC.Workflow.Runtime.Artifacts;
using DnC.Workflow.Runtime.Ledger;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Ports;

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
    public void A_store_of_another_ledger_is_no_place_for_a_new_one_and_nobody_deletes_from_it()
    {
        var store = new FolderStore(_folder.At("one"));
        StoreIdentity.Hold(_ledger, store);
        using var other = SqlLedger.Open(
            _folder.At("other.db"), new LedgerParts { Clock = TimeProvider.System, Doorbell = new SilentDoorbell(), Jitter = () => 0 });
        Assert.NotEqual(_ledger.Id(), other.Id());
        Assert.Contains("holds the artifacts of another ledger", Assert.Throws<UserInputException>(() => StoreIdentity.Hold(other, store)).Message, StringComparison.Ordinal);
        Assert.Contains("nothing is deleted", Assert.Throws<UserInputException>(() => StoreIdentity.RequireNoted(other, store)).Message, StringComparison.Ordinal);
        Assert.Null(other.ArtifactStore());
        StoreIdentity.RequireNoted(_ledger, store);
    }

    [Fact]
    public void A_worker_that_died_between_the_stores_id_and_its_note_is_no_other_ledger()
    {
        var store = new FolderStore(_folder.At("one"));
        store.GiveId(_ledger.Id());
        StoreIdentity.Hold(_ledger, store);
        Assert.Equal(store.FindId(), _ledger.ArtifactStore()?.Id);
    }

    [Fact]
    public void A_store_that_is_not_there_under_its_id_is_away_and_not_empty()
    {
        var store = new FolderStore(_folder.At("mount"));
        StoreIdentity.Hold(_ledger, store);
        Artifact Seal(string location)
        {
            File.WriteAllText(Path.Combine(_folder.Make("out"), "model"), "weights");
            return store.Seal(_folder.At("out"), location);
        }

        var sealedOnce = Seal("run/base.1-1");
        var file = sealedOnce.Find("model")!;
        store.Open(file);

        Directory.Move(_folder.At("mount"), _folder.At("unmounted"));
        Directory.CreateDirectory(_folder.At("mount"));
        foreach (var use in (Action[])[() => store.Open(file), () => store.IsWhole(sealedOnce), () => store.OpenFolder("run/base.1-1", _folder.At("kept")), () => Seal("run/embed.1-1")])
            Assert.Contains("Is the folder mounted?", Assert.Throws<ArtifactStoreAwayException>(use).Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.At("mount")));

        Directory.Delete(_folder.At("mount"));
        Directory.Move(_folder.At("unmounted"), _folder.At("mount"));
        File.Delete(store.Open(file));
        Assert.Throws<ArtifactLostException>(() => store.Open(file));
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
