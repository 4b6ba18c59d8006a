using System.Data.Common;
using DnC.Workflow.Runtime.Artifacts;
using DnC.Workflow.Runtime.Execute;
using DnC.Workflow.Runtime.Hosting;
using DnC.Workflow.Runtime.TestHost.Bodies;
using DnC.Workflow.Runtime.Tests.Postgres;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Ports;
using Npgsql;

namespace DnC.Workflow.Runtime.Tests.Hosting;

/// <summary>What a worker waits for when it starts, and what it ends for.</summary>
public sealed class WorkerStartTests : IDisposable
{
    private readonly string _connection = PostgresFixture.CreateDatabase();
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_store_that_is_not_the_ledgers_is_refused_by_both_their_places()
    {
        await using (WorkerEngine.Start(Options("one", () => new FolderStore(_folder.At("a")))))
        {
            var refused = Assert.Throws<UserInputException>(() => WorkerEngine.Start(Options("two", () => new FolderStore(_folder.At("b"))))).Message;
            Assert.Contains(_folder.At("a"), refused, StringComparison.Ordinal);
            Assert.Contains(_folder.At("b"), refused, StringComparison.Ordinal);
        }

        Assert.False(Directory.Exists(_folder.At("b")));
        await using var third = WorkerEngine.Start(Options("two", () => new FolderStore(_folder.At("a"))));
    }

    [Theory]
    [InlineData("none", "GRANT CREATE ON DATABASE")] // the ledger's own schema cannot be made
    [InlineData("rings", "permission denied")] // the ledger is there, and the schema of the rings another's
    public void A_user_without_rights_is_refused_and_not_told_to_wait(string which, string says)
    {
        var user = $"weak_{which}";
        PostgresServer.Execute(_connection, $"DROP ROLE IF EXISTS {user}");
        PostgresServer.Execute(_connection, $"CREATE ROLE {user} LOGIN PASSWORD 'weak'");
        if (which == "rings")
            PostgresServer.Execute(_connection, "CREATE SCHEMA dnc_hangfire");
        var weak = new NpgsqlConnectionStringBuilder(_connection) { Username = user, Password = "weak" }.ConnectionString;
        var refused = Assert.Throws<UserInputException>(() => WorkerEngine.Start(Options("one", () => new FolderStore(_folder.At("a"))) with { ConnectionString = weak }));
        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
        Assert.Contains(user, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Password", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_log_of_an_attempt_that_a_kill_ended_is_kept_by_the_next_start_and_no_folder_is()
    {
        var left = Directory.CreateDirectory(_folder.At("one", "work", "run", "base", "2-1")).FullName;
        File.WriteAllText(WorkArea.LogOf(left), "its last words");
        Directory.CreateDirectory(_folder.At("one", "work", "run", "embed", "1-1", "output"));
        var store = new FolderStore(_folder.At("a"));
        await using (WorkerEngine.Start(Options("one", () => store)))
            Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.At("one", "work")));
        Assert.Equal("its last words", AttemptLogs.Find(store, workRoot: null, "run", "base", 2, 1));
    }

    [Fact]
    public void A_server_that_nobody_reaches_and_a_bucket_that_is_away_are_to_be_waited_for()
    {
        var nobody = Options("one", () => new FolderStore(_folder.At("a"))) with { ConnectionString = "Host=127.0.0.1;Port=1;Username=u;Password=p;Database=d" };
        Assert.IsAssignableFrom<DbException>(Record.Exception(() => WorkerEngine.Start(nobody)));
        var away = Options("one", () => throw new ArtifactStoreAwayException("away"));
        Assert.Throws<ArtifactStoreAwayException>(() => WorkerEngine.Start(away));
    }

    private WorkerOptions Options(string name, Func<IArtifactStore> store) => new()
    {
        Engine = new EngineOptions
        {
            Root = _folder.At(name),
            Slots = new Dictionary<string, int>(StringComparer.Ordinal) { ["cpu"] = 1 },
            Executors = TestBodies.All,
            Child = null,
            Jitter = () => 0.5,
            Report = (_, _) => { },
        },
        ConnectionString = _connection,
        OpenStore = store,
        Version = "1.2.3-test",
        Device = "cpu",
    };
}
