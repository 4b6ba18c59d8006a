using DnC.Workflow.Runtime.Postgres;
using DnC.Workflow.Stages.Execution;
using Npgsql;

namespace DnC.Workflow.Runtime.Tests.Postgres;

public sealed class PrivatePostgresTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ItKeepsItsDataAndIsStoppedByTheLastToLeave()
    {
        using (var first = Start())
        {
            PostgresServer.Execute(first.ConnectionString, "CREATE TABLE kept (x int)");
            using (var second = Start())
                Assert.Equal(first.ConnectionString, second.ConnectionString);
            Assert.Equal(0L, PostgresServer.Scalar<long>(first.ConnectionString, "SELECT COUNT(*) FROM kept"));
        }

        Assert.False(File.Exists(_folder.At("pg", "data", "postmaster.pid")));
        using var again = Start();
        Assert.Equal(0L, PostgresServer.Scalar<long>(again.ConnectionString, "SELECT COUNT(*) FROM kept"));
    }

    [Fact]
    public void ManyStartItAtOnceAndItIsMadeOnce()
    {
        Skip();
        var servers = new System.Collections.Concurrent.ConcurrentBag<PrivatePostgres>();
        var threads = Enumerable.Range(0, 4).Select(_ => new Thread(() => servers.Add(Start()))).ToArray();
        foreach (var thread in threads)
            thread.Start();
        foreach (var thread in threads)
            thread.Join();
        Assert.Single(servers.Select(s => s.ConnectionString).Distinct());
        foreach (var server in servers)
            server.Dispose();
        Assert.False(File.Exists(_folder.At("pg", "data", "postmaster.pid")));
    }

    [Fact]
    public void AnImmediateRestartKillsSessionsAndKeepsWhatWasCommitted()
    {
        using var server = Start();
        using var connection = new NpgsqlConnection(server.ConnectionString);
        connection.Open();
        Execute(connection, "CREATE TABLE kept (x int)");
        server.RestartImmediately();
        Assert.ThrowsAny<NpgsqlException>(() => Execute(connection, "SELECT 1"));
        Assert.Equal(0L, PostgresServer.Scalar<long>(server.ConnectionString, "SELECT COUNT(*) FROM kept"));
    }

    /// <summary>As a zombie it looks alive to 'pg_ctl' for a moment, and its sessions outlive it by another.</summary>
    [Fact]
    public void OneThatWasKilledIsStartedAgainOnItsPortByWhoeverNeedsIt()
    {
        using var server = Start();
        PostgresServer.Execute(server.ConnectionString, "CREATE TABLE kept (x int)");
        for (var i = 0; i < 3; i++)
        {
            KillServer();
            using var next = Start();
            Assert.Equal(server.ConnectionString, next.ConnectionString);
            Assert.Equal(0L, Fresh(next));
            KillServer();
            Assert.True(server.Revive());
            Assert.False(server.Revive());
            Assert.False(server.HasMoved);
            Assert.Equal(0L, Fresh(server));
        }

        // Not from a pool, whose connections were cut.
        static long Fresh(PrivatePostgres server) => PostgresServer.Scalar<long>(
            new NpgsqlConnectionStringBuilder(server.ConnectionString) { Pooling = false }.ConnectionString, "SELECT COUNT(*) FROM kept");
    }

    [Fact]
    public void APortThatIsTakenMeanwhileIsGivenUpAndThatIsSaid()
    {
        using var server = Start();
        var port = new NpgsqlConnectionStringBuilder(server.ConnectionString).Port;
        server.StopServer();
        using var another = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, port);
        another.Start();
        Assert.True(server.Revive());
        Assert.True(server.HasMoved);
    }

    [Fact]
    public void OneThatWasKilledIsLeftWithoutAnError()
    {
        var server = Start();
        KillServer();
        server.Dispose();
    }

    private void KillServer()
    {
        var pid = int.Parse(File.ReadLines(_folder.At("pg", "data", "postmaster.pid")).First(), System.Globalization.CultureInfo.InvariantCulture);
        using var process = System.Diagnostics.Process.GetProcessById(pid);
        process.Kill();
    }

    [Theory]
    [InlineData("p$(touch injected)")]
    [InlineData("p`touch injected`")]
    [InlineData("it's \"a\\path\"; $HOME")]
    public void NoShellReadsItsFoldersName(string name)
    {
        Skip();
        using (var server = PrivatePostgres.Start(_folder.At(name), new PrivatePostgresOptions { Fsync = false }))
        {
            server.RestartImmediately();
            Assert.Equal(1L, PostgresServer.Scalar<long>(new NpgsqlConnectionStringBuilder(server.ConnectionString) { Pooling = false }.ConnectionString, "SELECT 1::bigint"));
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path, "injected*", SearchOption.AllDirectories));
        Assert.Contains("control character", Assert.Throws<UserInputException>(() => PrivatePostgres.Start(_folder.At("a\nb"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RootFollowsNoLinkThatTheServersAccountHasLaid()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root writes where another account may");
        Start().Dispose();
        var victim = _folder.At("roots-own");
        File.WriteAllText(victim, "as it was");
        var settings = _folder.At("pg", "data", "dnc.conf");
        File.Delete(settings);
        File.CreateSymbolicLink(settings, victim);
        Assert.Contains("Permission denied", Assert.Throws<UserInputException>(Start).Message, StringComparison.Ordinal);
        Assert.Equal("as it was", File.ReadAllText(victim));
    }

    [Fact]
    public void NobodyGetsInWithoutThePassword()
    {
        using var server = Start();
        foreach (var host in new[] { new NpgsqlConnectionStringBuilder(server.ConnectionString).Host, "127.0.0.1" })
        {
            var wrong = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Host = host, Password = "guess", Pooling = false };
            Assert.Equal("28P01", Assert.Throws<PostgresException>(() => PostgresServer.Execute(wrong.ConnectionString, "SELECT 1")).SqlState);
        }

        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder.At("pg", "password")));
    }

    [Fact]
    public void AFolderThatIsNoClusterIsLeftAlone()
    {
        Skip();
        File.WriteAllText(Path.Combine(_folder.Make("pg", "data"), "mine"), "");
        Assert.Contains("no PostgreSQL cluster", Assert.Throws<UserInputException>(Start).Message, StringComparison.Ordinal);
        Assert.True(File.Exists(_folder.At("pg", "data", "mine")));
    }

    private static void Execute(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    private static void Skip()
    {
        if (!PrivatePostgres.Available(out var why))
            Assert.Skip(why);
    }

    private PrivatePostgres Start()
    {
        Skip();
        return PrivatePostgres.Start(_folder.At("pg"), new PrivatePostgresOptions { Fsync = false });
    }
}
