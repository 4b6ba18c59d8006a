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
            var artifact = store.Seal(output, "run/s.1-1");
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
