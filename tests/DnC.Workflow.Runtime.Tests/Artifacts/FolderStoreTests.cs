using System.Security.Cryptography;
using System.Text.Json;
using DnC.Workflow.Runtime.Artifacts;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Ports;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Runtime.Tests.Artifacts;

public sealed class FolderStoreTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly FolderStore _store;

    public FolderStoreTests() => _store = new FolderStore(_folder.At("artifacts"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_a_link_leads_to_is_not_listed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links take rights there");
        _store.Seal(Write("out", ("model.bin", "weights")), "run/base.1-1");
        var outside = _folder.Make("outside", "base.1-1");
        File.WriteAllText(Path.Combine(outside, "theirs"), "");
        Directory.CreateSymbolicLink(_folder.At("artifacts", "arch"), _folder.At("outside"));
        Directory.CreateSymbolicLink(_folder.At("artifacts", "run", "base.1-2"), outside);
        Assert.Equal(["run/base.1-1"], _store.List().Select(l => l.Location));
        Assert.Empty(_store.List("arch/"));
    }

    [Fact]
    public void Sealing_lists_sizes_and_digests_and_moves_the_folder()
    {
        var output = Write("out", ("model.bin", "weights"), ("lists/0.txt", "a\n"));
        var artifact = _store.Seal(output, "run/base.1-1");

        Assert.Equal(["lists/0.txt", "model.bin"], artifact.Files.Select(f => f.Name));
        Assert.Equal(7, artifact.Find("model.bin")!.Size);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData("weights"u8)), artifact.Find("model.bin")!.Digest);
        Assert.False(Directory.Exists(output));
        Assert.True(_store.IsPresent(artifact));
        Assert.Equal("weights", File.ReadAllText(_store.Open(artifact.Find("model.bin")!)));
        var manifest = File.ReadAllBytes(_folder.At("artifacts", "run", "base.1-1", Manifest.FileName));
        Assert.Equal(artifact.Files, JsonSerializer.Deserialize<Artifact>(manifest, SpecJson.Options)!.Files);
    }

    [Fact]
    public void A_folder_without_files_leaves_nothing_behind()
    {
        var artifact = _store.Seal(_folder.Make("empty"), "run/noop.1-1");
        Assert.Empty(artifact.Files);
        Assert.True(_store.IsPresent(artifact));
        Assert.False(Directory.Exists(_folder.At("artifacts")));
        Assert.False(Directory.Exists(_folder.At("empty")));
    }

    [Fact]
    public void A_location_that_nobody_names_is_replaced_whole()
    {
        _store.Seal(Write("first", ("a", "1"), ("b", "2")), "run/s.1-1");
        var again = _store.Seal(Write("second", ("a", "3")), "run/s.1-1");
        Assert.Equal("3", File.ReadAllText(_store.Open(again.Find("a")!)));
        Assert.False(File.Exists(_folder.At("artifacts", "run", "s.1-1", "b")));
    }

    [Theory]
    [InlineData("../out")]
    [InlineData("/tmp/x")]
    [InlineData("run/../../x")]
    public void Locations_cannot_leave_the_root(string location) =>
        Assert.Throws<ArgumentException>(() => _store.Seal(Write("out", ("a", "1")), location));

    [Fact]
    public void Outputs_that_are_no_plain_files_are_refused()
    {
        var linked = Write("linked", ("a", "1"));
        File.CreateSymbolicLink(Path.Combine(linked, "b"), "/etc/hostname");
        Assert.False(Assert.Throws<StageFailure>(() => _store.Seal(linked, "run/s.1-1")).Retryable);
        Assert.Contains("'.hidden'", Assert.Throws<StageFailure>(() => _store.Seal(Write("odd", (".hidden", "1")), "run/s.1-2")).Message);
        Assert.False(Directory.Exists(_folder.At("artifacts", "run")));
    }

    [Fact]
    public void Missing_short_and_damaged_files_are_lost()
    {
        var artifact = _store.Seal(Write("out", ("gone", "123"), ("short", "123"), ("damaged", "123")), "run/s.1-1");
        string At(string name) => _folder.At("artifacts", "run", "s.1-1", name);
        File.Delete(At("gone"));
        File.WriteAllText(At("short"), "12");
        File.WriteAllText(At("damaged"), "124");

        Assert.Contains("gone", Assert.Throws<ArtifactLostException>(() => _store.Open(artifact.Find("gone")!)).Message);
        Assert.Contains("2 bytes", Assert.Throws<ArtifactLostException>(() => _store.Open(artifact.Find("short")!)).Message);
        Assert.Contains("SHA-256", Assert.Throws<ArtifactLostException>(() => _store.Open(artifact.Find("damaged")!)).Message);
        Assert.False(_store.IsPresent(artifact));
        Assert.True(_store.IsPresent(artifact with { Files = [artifact.Find("damaged")!] }));
    }

    [Fact]
    public void A_digest_is_taken_once_until_the_file_changes()
    {
        var artifact = _store.Seal(Write("out", ("a", "123")), "run/s.1-1");
        var path = _store.Open(artifact.Find("a")!);
        var written = File.GetLastWriteTimeUtc(path);

        // Same size and time: taken as verified. That is what 'once' means, and what a second look at the bytes would catch.
        File.WriteAllText(path, "124");
        File.SetLastWriteTimeUtc(path, written);
        Assert.Equal(path, _store.Open(artifact.Find("a")!));
        File.SetLastWriteTimeUtc(path, written.AddSeconds(1));
        Assert.Throws<ArtifactLostException>(() => _store.Open(artifact.Find("a")!));
    }

    [Fact]
    public void An_artifact_root_on_another_disk_is_copied_to()
    {
        if (!Directory.Exists("/dev/shm"))
            Assert.Skip("This machine has no /dev/shm to serve as another disk.");
        var other = Directory.CreateDirectory(Path.Combine("/dev/shm", Path.GetFileName(_folder.Path)));
        try
        {
            var store = new FolderStore(other.FullName);
            var output = Write("out", ("a", "1"), ("d/b", "2"));

            // Written on a machine whose clock is off: the store's own says when it came.
            File.SetLastWriteTimeUtc(Path.Combine(output, "a"), DateTime.UnixEpoch.AddYears(200));
            var before = store.Now();
            var artifact = store.Seal(output, "run/s.1-1");
            Assert.InRange(Assert.Single(store.List()).LastWritten, before, store.Now());
            Assert.Equal("2", File.ReadAllText(store.Open(artifact.Find("d/b")!)));
            Assert.False(Directory.Exists(output));
            Assert.Equal(["s.1-1"], Directory.GetDirectories(Path.Combine(other.FullName, "run")).Select(Path.GetFileName));
        }
        finally
        {
            other.Delete(recursive: true);
        }
    }

    [Fact]
    public void On_a_shared_folder_what_is_not_found_is_waited_for()
    {
        var artifact = _store.Seal(Write("out", ("a", "123")), "run/s.1-1");
        var sealedFolder = _folder.At("artifacts", "run", "s.1-1");
        Directory.Move(sealedFolder, _folder.At("hidden"));
        var looks = 0;
        var slow = FolderStore.Shared(_folder.At("artifacts"), new Waits(() =>
        {
            // As a cache of names that is a minute old.
            if (++looks == 60)
                Directory.Move(_folder.At("hidden"), sealedFolder);
        }));
        Assert.Equal("123", File.ReadAllText(slow.Open(artifact.Files[0])));
        Assert.Equal(60, looks);
        Assert.Equal(sealedFolder, slow.OpenFolder("run/s.1-1", _folder.At("unused")));
        Assert.Equal(60, looks);

        Directory.Delete(sealedFolder, recursive: true);
        Assert.False(slow.IsWhole(artifact));
        Assert.Equal(60, looks);
        Assert.Throws<ArtifactLostException>(() => slow.Open(artifact.Files[0]));
        Assert.Equal(60 + (int)FolderStore.SharedPatience.TotalSeconds, looks);
        Assert.Throws<ArtifactLostException>(() => FolderStore.Shared(_folder.At("artifacts"), new Execute.ImpatientTime()).OpenFolder("run/s.1-1", _folder.At("unused")));
    }

    [Fact]
    public void A_folder_is_opened_whole_or_not_at_all()
    {
        _store.Seal(Write("out", ("a", "123"), ("d/b", "4")), "run/s.1-1");
        var folder = _store.OpenFolder("run/s.1-1", _folder.At("unused"));
        Assert.Equal("4", File.ReadAllText(Path.Combine(folder, "d", "b")));
        Assert.Equal(["123", "4"], _store.Find("run/s.1-1")!.Files.OrderBy(f => f.Name, StringComparer.Ordinal).Select(f => File.ReadAllText(_store.Open(f))));
        Assert.Null(_store.Find("run/s.1-2"));
        Assert.Contains("gone", Assert.Throws<ArtifactLostException>(() => _store.OpenFolder("run/s.1-2", _folder.At("unused"))).Message);

        File.WriteAllText(Path.Combine(folder, "a"), "124");
        Assert.Contains("damaged", Assert.Throws<ArtifactLostException>(() => _store.OpenFolder("run/s.1-1", _folder.At("unused"))).Message);
        File.WriteAllText(Path.Combine(folder, Manifest.FileName), "{");
        Assert.Contains("damaged", Assert.Throws<ArtifactLostException>(() => _store.OpenFolder("run/s.1-1", _folder.At("unused"))).Message);
    }

    [Fact]
    public void What_is_there_is_listed_and_can_be_deleted()
    {
        _store.Seal(Write("out", ("a", "123"), ("d/b", "4")), "run/s.1-1");
        _store.Seal(Write("out", ("a", "1")), "run/s.1-10");
        _store.Seal(Write("out", ("a", "1")), "other/s.1-1");
        Write(Path.Combine("artifacts", "run", "s.1-2.part"), ("a", "12"));
        var before = _store.Now();
        Assert.Equal(["other/s.1-1", "run/s.1-1", "run/s.1-10", "run/s.1-2.part"], _store.List().Select(l => l.Location).Order(StringComparer.Ordinal));
        var stored = Assert.Single(_store.List("run/s.1-1"), l => l.Location == "run/s.1-1");
        Assert.Equal(4 + new FileInfo(_folder.At("artifacts", "run", "s.1-1", Manifest.FileName)).Length, stored.Bytes);
        Assert.InRange(stored.LastWritten, before.AddMinutes(-1), before);

        _store.Delete("run/s.1-1");
        _store.Delete("run/never");
        _store.Delete("other/s.1-1");
        Assert.Equal(["run/s.1-10", "run/s.1-2.part"], _store.List().Select(l => l.Location).Order(StringComparer.Ordinal));
        Assert.False(Directory.Exists(_folder.At("artifacts", "other")));
    }

    [Fact]
    public void A_checkpoint_reads_only_what_is_new()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Skip("Which bytes a name stands for is known on Linux only.");
        var body = Write("body-1", ("segment-0", "old"), ("step", "1"));
        File.SetLastWriteTimeUtc(Path.Combine(body, "segment-0"), DateTime.UnixEpoch.AddYears(40));
        var twin = _folder.At("twin-1");
        HardLinks.OrCopyFolder(body, twin);
        var first = _store.Seal(twin, "run/s.1-1.checkpoint-1");
        var next = Write("body-2", ("step", "2"));
        HardLinks.OrCopy(Path.Combine(body, "segment-0"), Path.Combine(next, "segment-0"));

        // Bytes that changed behind the file's back (same size, same time) show who reads them again.
        var path = Path.Combine(next, "segment-0");
        File.WriteAllText(path, "odd");
        File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch.AddYears(40));
        HardLinks.OrCopyFolder(next, _folder.At("twin-2"));
        HardLinks.OrCopyFolder(next, _folder.At("twin-3"));
        var second = _store.Seal(_folder.At("twin-2"), "run/s.1-1.checkpoint-2", basis: first.Location);
        Assert.Equal(first.Find("segment-0")!.Digest, second.Find("segment-0")!.Digest);
        Assert.NotEqual(first.Find("step")!.Digest, second.Find("step")!.Digest);
        Assert.NotEqual(first.Find("segment-0")!.Digest, _store.Seal(_folder.At("twin-3"), "run/s.1-1.checkpoint-3").Find("segment-0")!.Digest);
    }

    [Theory]
    [InlineData("file:///{0}", true)]
    [InlineData("/{0}", true)]
    [InlineData("", false)]
    [InlineData("gs://bucket/x", false)]
    [InlineData("file://host/share", false)]
    public void A_store_is_opened_by_its_address(string form, bool good)
    {
        var uri = string.Format(form, _folder.At("shared").TrimStart('/'));
        if (good)
            Assert.Equal(_folder.At("shared"), Assert.IsType<FolderStore>(ArtifactStores.Open(uri, _folder.At("cache"), TimeProvider.System)).Root);
        else
            Assert.Contains("s3://BUCKET/PREFIX", Assert.Throws<UserInputException>(() => ArtifactStores.Open(uri, _folder.At("cache"), TimeProvider.System)).Message);
    }

    [Fact]
    public void A_file_is_located_by_the_stores_address_without_opening_it()
    {
        var file = _store.Seal(Write("out", ("model.bin", "weights")), "run/base.1-1").Files.Single();
        foreach (var uri in new[] { _store.Root, "file://" + _store.Root })
            Assert.Equal(_folder.At("artifacts", "run", "base.1-1", "model.bin"), ArtifactStores.Locate(uri, file));
        Assert.Null(ArtifactStores.Locate(_folder.At("elsewhere"), file));
        Assert.Equal("s3://bucket/dnc/run/base.1-1/model.bin", ArtifactStores.Locate("s3://bucket/dnc/", file));
    }

    [Fact]
    public void A_folder_that_cannot_be_written_to_is_said_at_the_start()
    {
        File.WriteAllText(_folder.At("file"), "");
        var message = Assert.Throws<UserInputException>(() => ArtifactStores.Open(_folder.At("file", "inner"), _folder.At("cache"), TimeProvider.System)).Message;
        Assert.Contains(_folder.At("file", "inner"), message);
        Assert.Contains("--artifacts", message);
    }

    [Fact]
    public void A_full_disk_is_known_by_its_error_and_is_worth_another_try()
    {
        if (!File.Exists("/dev/full"))
            Assert.Skip("This system has no /dev/full, the device that has no room.");
        var error = Assert.ThrowsAny<IOException>(() =>
        {
            using var full = new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            full.Write([1]);
        });
        Assert.True(DiskFull.IsCauseOf(new InvalidOperationException("writing", error)));
        Assert.False(DiskFull.IsCauseOf(new FileNotFoundException()));
        var failure = DiskFull.Failure("/x/.dnc", error);
        Assert.True(failure.Retryable);
        Assert.Contains("/x/.dnc", failure.Message);
    }

    /// <summary>A clock whose waits are over at once, and told of.</summary>
    private sealed class Waits(Action waited) : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            waited();
            return base.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }

    private string Write(string folder, params (string Name, string Text)[] files)
    {
        var path = _folder.Make(folder);
        foreach (var (name, text) in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(path, name))!);
            File.WriteAllText(Path.Combine(path, name), text);
        }

        return path;
    }
}
