using DnC.Workflow.Runtime.Ledger;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;

namespace DnC.Workflow.Runtime.Tests.Ledger;

/// <summary>What is written together, and that one's error is nobody else's. The transactions are a real ledger's.</summary>
public sealed class GroupCommitTests : IDisposable
{
    private const int Crowd = 20;
    private const int Gone = 4711;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("dnc-group-");
    private readonly SqliteDialect _dialect;
    private readonly GroupCommit _groups;
    private readonly ManualResetEventSlim _go = new();
    private readonly ManualResetEventSlim _under = new();
    private int _commits;
    private Exception? _broken;
    private Exception? _brokenLater;

    public GroupCommitTests()
    {
        _dialect = SqliteDialect.Open(Path.Combine(_folder.FullName, "ledger.db"), new FakeTimeProvider());
        using (var set = _dialect.BeginWrite())
        {
            set.Execute("CREATE TABLE number (n INTEGER PRIMARY KEY)");
            set.Commit();
        }

        _groups = new GroupCommit(
            (body, committing) =>
            {
                _under.Set();
                _go.Wait(TestContext.Current.CancellationToken);
                using var transaction = _dialect.BeginWrite();
                body(transaction);
                if (_broken is not null)
                    throw _broken;
                committing();
                transaction.Commit();
                Interlocked.Increment(ref _commits);
                if (_brokenLater is not null)
                    throw _brokenLater;
            },
            error => error.ErrorCode == Gone);
    }

    [Fact]
    public void WhoComesWhileOneIsWrittenIsWrittenWithTheNext()
    {
        var all = Start(i => _groups.Run("r", t => Insert(t, i)).Result);
        Assert.Equal(Enumerable.Range(0, Crowd + 1), Ends(all).Order());
        Assert.Equal(2, _commits);
        Assert.Equal(Crowd + 1, Count());
    }

    [Fact]
    public void AMistakeIsItsOwnersAlone()
    {
        var all = Start(i => _groups.Run("r", t => i == 7 ? throw new InvalidOperationException("seven") : Insert(t, i)).Result);
        var seven = Assert.Throws<InvalidOperationException>(() => all[7].GetAwaiter().GetResult());
        Assert.Equal("seven", seven.Message);
        Assert.Equal(Crowd, Ends(all.Where((_, i) => i != 7)).Length);
        Assert.Equal(Crowd, Count());
    }

    [Fact]
    public void ADatabaseThatIsAwayIsAwayForAll()
    {
        _broken = new Away();
        var all = Start(i => _groups.Run("r", t => Insert(t, i)).Result);
        foreach (var one in all)
            Assert.Same(_broken, Assert.Throws<Away>(() => one.GetAwaiter().GetResult()));
        Assert.Equal(0, Count());
    }

    [Fact]
    public void WhatTheDatabaseRefusesOfOneIsItsOwnersAlone()
    {
        // The same number twice.
        var all = Start(i => _groups.Run("r", t => Insert(t, i == 7 ? 0 : i)).Result);
        Assert.Throws<SqliteException>(() => all[7].GetAwaiter().GetResult());
        Assert.Equal(Crowd, Ends(all.Where((_, i) => i != 7)).Length);
        Assert.Equal(Crowd, Count());
    }

    [Fact]
    public void AfterACommitNothingIsDoneAgain()
    {
        _brokenLater = new IOException("the disk, after the commit");
        var all = Start(i => _groups.Run("r", t => Insert(t, i)).Result);
        foreach (var one in all)
            Assert.Same(_brokenLater, Assert.Throws<IOException>(() => one.GetAwaiter().GetResult()));
        Assert.Equal(2, _commits);
        Assert.Equal(Crowd + 1, Count());
    }

    [Fact]
    public void EachIsGivenTheRingsItAskedFor()
    {
        var all = Start(i => _groups.Run("r", t =>
        {
            t.Ring($"class {i}");
            return i;
        }).Rings.Single());
        Assert.Equal(Enumerable.Range(0, Crowd + 1).Select(i => KeyValuePair.Create($"class {i}", 1)), Ends(all));
    }

    [Fact]
    public void AnotherRunWaitsForNobody()
    {
        var first = Long(() => _groups.Run("r", t => Insert(t, 1)).Result);
        _under.Wait(TestContext.Current.CancellationToken);
        _under.Reset();
        var other = Long(() => _groups.Run("s", t => Insert(t, 2)).Result);
        _under.Wait(TestContext.Current.CancellationToken);
        _go.Set();
        Assert.Equal([1, 2], Ends([first, other]));
        Assert.Equal(2, _commits);
    }

    public void Dispose()
    {
        _dialect.Dispose();
        _folder.Delete(recursive: true);
        _go.Dispose();
        _under.Dispose();
    }

    // One under way, the others behind it by the time it may go on.
    private Task<T>[] Start<T>(Func<int, T> body)
    {
        var first = Long(() => body(0));
        _under.Wait(TestContext.Current.CancellationToken);
        Task<T>[] all = [first, .. Enumerable.Range(1, Crowd).Select(i => Long(() => body(i)))];
        SpinWait.SpinUntil(() => _groups.Behind("r") == Crowd);
        _go.Set();
        return all;
    }

    private static Task<T> Long<T>(Func<T> body) =>
        Task.Factory.StartNew(body, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static T[] Ends<T>(IEnumerable<Task<T>> all) => [.. all.Select(one => one.GetAwaiter().GetResult())];

    private static int Insert(LedgerTransaction transaction, int n)
    {
        transaction.Execute("INSERT INTO number (n) VALUES (@n)", new { n });
        return n;
    }

    private sealed class Away : System.Data.Common.DbException
    {
        public override int ErrorCode => Gone;
    }

    private int Count()
    {
        using var read = _dialect.BeginWrite();
        return read.Get<int>("SELECT COUNT(*) FROM number");
    }
}
