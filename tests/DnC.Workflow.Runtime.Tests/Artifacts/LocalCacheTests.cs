using System.Security.Cryptography;
using DnC.Workflow.Runtime.Artifacts;
using DnC.Workflow.Stages.Ports;
using Microsoft.Extensions.Time.Testing;

namespace DnC.Workflow.Runtime.Tests.Artifacts;

public sealed class LocalCacheTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(50));
    private int _downloads;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_is_downloaded_once()
    {
        var cache = Cache(1000);
        var path = Take(cache, 1, "mine/a");
        Assert.Equal(path, _folder.At("mine", "a"));
        Take(cache, 1, "mine/b");
        Take(Cache(1000), 1, "mine/c");
        Assert.Equal(1, _downloads);
        Assert.Equal(Bytes(1), File.ReadAllBytes(path));
    }

    [Fact]
    public void The_longest_unused_go_first_and_what_is_in_use_stays()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Skip("How many names a file has is known on Linux only.");
        var cache = Cache(350);
        Take(cache, 1, "in use");
        Take(cache, 2);
        Take(cache, 3);
        Take(cache, 2);
        Take(cache, 4);
        Assert.Equal([1, 2, 4], Cached());

        // The reader lets go of it.
        File.Delete(_folder.At("in use"));
        Take(cache, 5);
        Assert.Equal([2, 4, 5], Cached());
    }

    [Fact]
    public void What_a_reader_has_stays_even_where_the_cache_lost_it()
    {
        var cache = Cache(1000);
        var mine = Take(cache, 1, "mine");
        Directory.Delete(_folder.At("cache"), recursive: true);
        Assert.Equal(Bytes(1), File.ReadAllBytes(mine));
        Assert.Equal(Bytes(1), File.ReadAllBytes(Take(cache, 1, "again")));
        Assert.Equal(2, _downloads);
    }

    [Fact]
    public void A_download_that_was_killed_is_gone_on_with()
    {
        var file = File1(1);
        var part = _folder.At("cache", file.Digest[..2], file.Digest + ".part");
        _folder.Make("cache", file.Digest[..2]);
        File.WriteAllBytes(part, Bytes(1)[..60]);
        long? from = null;
        Cache(1000).Take(file, name: null, stream =>
        {
            from = stream.Position;
            stream.Write(Bytes(1).AsSpan((int)stream.Position));
        });
        Assert.Equal(60, from);
        Assert.False(File.Exists(part));
    }

    [Fact]
    public void A_part_that_is_damaged_is_downloaded_from_its_beginning()
    {
        var file = File1(1);
        _folder.Make("cache", file.Digest[..2]);
        File.WriteAllBytes(_folder.At("cache", file.Digest[..2], file.Digest + ".part"), new byte[60]);
        Assert.Equal(Bytes(1), File.ReadAllBytes(Take(Cache(1000), 1)));
        Assert.Equal(2, _downloads);
    }

    [Fact]
    public void What_is_damaged_here_is_downloaded_again_and_what_is_damaged_there_is_lost()
    {
        var cache = Cache(1000);
        var path = Take(cache, 1);
        File.WriteAllBytes(path, new byte[100]);
        Assert.Equal(Bytes(1), File.ReadAllBytes(Take(cache, 1)));
        Assert.Equal(2, _downloads);

        Assert.Contains("damaged in the store", Assert.Throws<ArtifactLostException>(() => cache.Take(File1(2), name: null, s => s.Write(new byte[100]))).Message);
        Assert.Equal([1], Cached());
    }

    [Fact]
    public async Task Several_at_once_share_one_download()
    {
        using var began = new ManualResetEventSlim();
        using var go = new ManualResetEventSlim();
        var first = Task.Run(() => new LocalCache(_folder.At("cache"), 1000, TimeProvider.System).Take(File1(1), _folder.At("first"), stream =>
        {
            began.Set();
            go.Wait();
            Interlocked.Increment(ref _downloads);
            stream.Write(Bytes(1));
        }));
        began.Wait(TestContext.Current.CancellationToken);
        var others = Enumerable.Range(0, 4).Select(i => Task.Run(() => Take(new LocalCache(_folder.At("cache"), 1000, TimeProvider.System), 1, $"other {i}"))).ToList();
        go.Set();
        foreach (var path in await Task.WhenAll([first, .. others]))
            Assert.Equal(Bytes(1), await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken));
        Assert.Equal(1, _downloads);
    }

    [Fact]
    public async Task Under_pressure_from_many_readers_every_one_gets_its_bytes()
    {
        // Room for two of eight files: what one has just fetched, another's need deletes.
        var threads = Enumerable.Range(0, 6).Select(worker => Task.Factory.StartNew(() =>
        {
            var cache = new LocalCache(_folder.At("cache"), 200, TimeProvider.System);
            for (var i = 0; i < 60; i++)
            {
                var number = ((worker * 5) + (i * 3)) % 8;
                var path = Take(cache, number, $"reader/{worker}-{i}");
                if (!File.ReadAllBytes(path).AsSpan().SequenceEqual(Bytes(number)))
                    throw new InvalidDataException($"{path} has other bytes");
                File.Delete(path);
            }
        }, TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToList();
        await Task.WhenAll(threads);
        Assert.True(Cached().Length <= 8);
    }

    [Fact]
    public void Where_the_disk_is_full_before_the_cache_is_the_unused_make_room()
    {
        var cache = Cache(1000);
        Take(cache, 1);
        Take(cache, 2, "in use");
        var full = true;
        var path = cache.Take(File1(3), _folder.At("mine"), stream =>
        {
            stream.Write(Bytes(3).AsSpan((int)stream.Position, 50));
            full = File.Exists(_folder.At("cache", File1(1).Digest[..2], File1(1).Digest));
            if (full)
                throw new IOException("No space left on device", 28);
            stream.Write(Bytes(3).AsSpan((int)stream.Position));
        });
        Assert.Equal(Bytes(3), File.ReadAllBytes(path));
        if (OperatingSystem.IsLinux())
            Assert.Equal([2, 3], Cached());

        // For ever full: it leaves nothing behind that fills the disk.
        Assert.Throws<IOException>(() => cache.Take(File1(4), _folder.At("other"), stream =>
        {
            stream.WriteByte(4);
            throw new IOException("No space left on device", 28);
        }));
        Assert.Empty(Directory.EnumerateFiles(_folder.At("cache"), File1(4).Digest + "*", SearchOption.AllDirectories));
    }

    private LocalCache Cache(long bytes) => new(_folder.At("cache"), bytes, _time);

    private string Take(LocalCache cache, int number, string? name = null)
    {
        _time.Advance(TimeSpan.FromMinutes(1));
        return cache.Take(File1(number), name is null ? null : _folder.At(name.Split('/')), stream =>
        {
            Interlocked.Increment(ref _downloads);
            stream.Write(Bytes(number).AsSpan((int)stream.Position));
        });
    }

    private int[] Cached() => [.. Enumerable.Range(0, 10).Where(n => File.Exists(_folder.At("cache", File1(n).Digest[..2], File1(n).Digest)))];

    private static byte[] Bytes(int number) => [.. Enumerable.Repeat((byte)number, 100)];

    private static ArtifactFile File1(int number) => new("run/s.1-1", "a", 100, Convert.ToHexStringLower(SHA256.HashData(Bytes(number))));
}
