using DnC.Workflow.Runtime.Postgres;
using Npgsql;

namespace DnC.Workflow.Cli.Tests.EndToEnd;

/// <summary>'dnc doctor' on what workers share: a real PostgreSQL, and a store.</summary>
public sealed class SharedDoctorTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly PrivatePostgres _postgres;

    public SharedDoctorTests()
    {
        if (!PrivatePostgres.Available(out var why))
            Assert.Skip(why);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_folder.Path, File.GetUnixFileMode(_folder.Path) | UnixFileMode.OtherExecute);
        _postgres = PrivatePostgres.Start(_folder.At("postgres"), new PrivatePostgresOptions { Fsync = false, MaxConnections = 60 });
    }

    public void Dispose()
    {
        _postgres?.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_database_and_a_store_that_do_are_told_and_left_as_they_were()
    {
        var found = Doctor(_postgres.ConnectionString, _folder.At("store")).Expect(0).Out;
        Assert.Matches(@"ok +database +PostgreSQL 1\d.* without a ledger yet", found);
        Assert.Matches("ok +rights ", found);
        Assert.Matches(@"ok +connections +\d+ of \d+ are free", found);
        Assert.Matches("ok +artifacts .*written, read and deleted", Flat(found));
        Assert.DoesNotContain(Directory.EnumerateFiles(_folder.At("store"), "*", SearchOption.AllDirectories), f => f.Contains("doctor", StringComparison.Ordinal) || f.Contains("probe", StringComparison.Ordinal));
        Assert.Equal(0L, Ask("SELECT COUNT(*) FROM pg_namespace WHERE nspname = 'dnc'"));
    }

    [Fact]
    public void A_user_without_rights_too_few_connections_and_no_server_each_say_what_to_do_and_no_password()
    {
        const string secret = "not-to-be-told";
        Ask($"CREATE ROLE guest LOGIN PASSWORD '{secret}'");
        var guest = new NpgsqlConnectionStringBuilder(_postgres.ConnectionString) { Username = "guest", Password = secret };
        var denied = Doctor(guest.ConnectionString).Expect(2);
        Assert.Matches("bad +rights .*GRANT CREATE ON DATABASE", Flat(denied.Out));

        using var taken = new Taken(_postgres.ConnectionString, 50);
        var few = Doctor(_postgres.ConnectionString).Expect(2);
        Assert.Matches("bad +connections .*max_connections", Flat(few.Out));

        guest.Port = 1;
        var absent = Doctor(guest.ConnectionString).Expect(2);
        Assert.Matches("bad +database ", absent.Out);
        foreach (var told in (DncResult[])[denied, few, absent])
        {
            Assert.DoesNotContain(secret, told.All, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", told.All, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_ledger_that_a_newer_program_has_brought_up_is_told_and_refused()
    {
        DncProcess.Run("runs", "--postgres", _postgres.ConnectionString).Expect(0);
        Assert.Matches("ok +database .*, with a ledger", Flat(Doctor(_postgres.ConnectionString).Expect(0).Out));
        Ask("INSERT INTO dnc.schema_version (scriptname, applied) VALUES ('9999_later.sql', now())");
        Assert.Matches("bad +database .*has a ledger of version 9999, .*Use the newer dnc", Flat(Doctor(_postgres.ConnectionString).Expect(2).Out));
        var refused = DncProcess.Run("runs", "--postgres", _postgres.ConnectionString).Expect(2);
        Assert.Matches("version 9999, .*Use the newer dnc that wrote it, or another database with --postgres", Flat(refused.Error));
    }

    [Fact]
    public void A_store_that_workers_would_refuse_is_told()
    {
        var store = _folder.At("store");
        Directory.CreateDirectory(store);
        File.WriteAllText(Path.Combine(store, ".dnc-store"), "somebody-else's");
        foreach (var command in (string[])["doctor", "runs", "doctor"])
        {
            // Before there is a ledger, and beside one that has noted no store yet.
            if (command == "runs")
                DncProcess.Run("runs", "--postgres", _postgres.ConnectionString).Expect(0);
            else
                Assert.Matches("bad +artifacts .*holds the artifacts of another ledger .*--artifacts", Flat(Doctor(_postgres.ConnectionString, store).Expect(2).Out));
        }

        Ask("INSERT INTO dnc.artifact_store (one, id, place, noted_at) VALUES (1, 'ours', '''/elsewhere'' on there', 0)");
        Assert.Matches("bad +artifacts .*are in '/elsewhere' on there .*is another store", Flat(Doctor(_postgres.ConnectionString, store).Expect(2).Out));
        Assert.Matches("bad +artifacts .*is no store of a ledger yet", Flat(Doctor(_postgres.ConnectionString, _folder.At("empty")).Expect(2).Out));
        File.WriteAllText(Path.Combine(store, ".dnc-store"), "ours");
        Assert.Matches("ok +artifacts ", Flat(Doctor(_postgres.ConnectionString, store).Expect(0).Out));
    }

    [Fact]
    public void A_place_for_temporary_files_that_is_not_there_is_told()
    {
        using var doctor = DncProcess.Start("", new Dictionary<string, string> { ["TMPDIR"] = _folder.At("none") }, "doctor", "--root", _folder.At("root"), "--artifacts", _folder.At("store"));
        var found = Flat(doctor.Wait().Expect(2).Out);
        Assert.Matches($"bad +artifacts .*no place for temporary files in .*TMPDIR", found);
    }

    [Fact]
    public void A_store_that_is_none_is_told()
    {
        var store = _folder.Write("file", "no folder");
        Assert.Matches("bad +artifacts ", DncProcess.Run("doctor", "--root", _folder.At("root"), "--artifacts", store).Expect(2).Out);
    }

    private DncResult Doctor(string connection, string? store = null)
    {
        string[] where = ["doctor", "--root", _folder.At("root"), "--postgres", connection];
        return DncProcess.Run(store is null ? where : [.. where, "--artifacts", store]);
    }

    // A pipe has a width, too: cells are wrapped.
    private static string Flat(string table) => string.Join(' ', table.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private object? Ask(string sql)
    {
        using var connection = new NpgsqlConnection(_postgres.ConnectionString);
        connection.Open();
        using var command = new NpgsqlCommand(sql, connection);
        return command.ExecuteScalar();
    }

    /// <summary>Connections that somebody else holds.</summary>
    private sealed class Taken : IDisposable
    {
        private readonly List<NpgsqlConnection> _held = [];

        public Taken(string connectionString, int many)
        {
            var unpooled = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString;
            for (var i = 0; i < many; i++)
            {
                _held.Add(new NpgsqlConnection(unpooled));
                _held[^1].Open();
            }
        }

        public void Dispose()
        {
            foreach (var connection in _held)
                connection.Dispose();
        }
    }
}
