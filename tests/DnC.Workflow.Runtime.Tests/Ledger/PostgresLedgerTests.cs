using DnC.Workflow.Runtime.Ledger;
using DnC.Workflow.Runtime.Tests.Postgres;
using DnC.Workflow.Stages.Execution;
using Npgsql;

namespace DnC.Workflow.Runtime.Tests.Ledger;

/// <summary>The compliance suite on PostgreSQL, each test in a schema that is made anew, and what is PostgreSQL's own about opening one.</summary>
public sealed class PostgresLedgerTests(PostgresFixture postgres) : LedgerCompliance, IClassFixture<PostgresFixture>
{
    private bool _dropped;

    protected override SqlLedger Open(LedgerParts parts)
    {
        if (!_dropped)
            PostgresServer.Execute(postgres.ConnectionString, "DROP SCHEMA IF EXISTS dnc CASCADE");
        _dropped = true;
        return SqlLedger.OpenPostgres(postgres.ConnectionString, parts, parts.Clock);
    }

    protected override long Rows(string table) => PostgresServer.Scalar<long>(postgres.ConnectionString, $"SELECT COUNT(*) FROM dnc.{table}");

    [Fact]
    public void ItIsKeptAcrossOpeningAndNothingIsOutsideItsSchema()
    {
        var run = Bench.Submit(Plans.Fan(2));
        Bench.Do("base");
        using var again = Open(Bench.Parts());
        Assert.Equal(Stages.Lifecycle.StageState.Succeeded, again.Find(run)?.Stages[0].State);
        Assert.Equal(0L, PostgresServer.Scalar<long>(postgres.ConnectionString, "SELECT COUNT(*) FROM pg_tables WHERE schemaname NOT IN ('dnc', 'pg_catalog', 'information_schema')"));
    }

    /// <summary>Deleting a row looks for each that refers to it: by an index, or a run is forgotten at the price of all that others did.</summary>
    [Fact]
    public void WhatRefersToARowThatMayGoIsFoundByAnIndex()
    {
        Assert.Empty(Ledger.List());
        Assert.Equal("", PostgresServer.Scalar<string>(
            postgres.ConnectionString,
            """
            SELECT COALESCE(string_agg(c.conrelid::regclass || ' ' || c.conname, ', '), '') FROM pg_constraint c
            WHERE c.contype = 'f' AND c.connamespace = 'dnc'::regnamespace AND NOT EXISTS (
              SELECT 1 FROM pg_index i WHERE i.indrelid = c.conrelid AND i.indpred IS NULL AND i.indkey[0] = c.conkey[1])
            """));
    }

    [Theory]
    [InlineData("", 200)]
    [InlineData(";Max Auto Prepare=7", 7)]
    [InlineData(";Max Auto Prepare=0", 0)]
    public void StatementsArePreparedUnlessToldOtherwise(string given, int statements)
    {
        var full = PostgresConnection.Complete(PostgresConnection.Read("Host=h;Database=d" + given), TimeSpan.FromSeconds(1));
        Assert.Equal(statements, new NpgsqlConnectionStringBuilder(full).MaxAutoPrepare);
    }

    [Fact]
    public void ItsClockIsTheDatabases()
    {
        using var ledger = SqlLedger.OpenPostgres(PostgresFixture.CreateDatabase(), new LedgerParts { Clock = new AbsurdTime(), Doorbell = new SilentDoorbell(), Jitter = () => 0 });
        ledger.Submit(Plans.Submission(Plans.Fan(1)));
        var seconds = PostgresServer.Scalar<double>(postgres.ConnectionString, "SELECT CAST(extract(epoch FROM clock_timestamp()) AS DOUBLE PRECISION)");
        Assert.InRange(ledger.List()[0].Created.ToUnixTimeSeconds(), seconds - 600, seconds + 1);
    }

    [Fact]
    public void ANewerLedgerIsRefusedWithItsVersions()
    {
        Assert.Empty(Ledger.List());
        PostgresServer.Execute(postgres.ConnectionString, "INSERT INTO dnc.schema_version (scriptname, applied) VALUES ('0042_later.sql', now())");
        var message = Assert.Throws<UserInputException>(() => Open(Bench.Parts())).Message;
        Assert.Contains("version 42", message, StringComparison.Ordinal);
        Assert.Contains($"up to {Migrations.Newest}", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Target Session Attributes=standby")]
    [InlineData("Read Buffer Size=1")]
    [InlineData("Write Buffer Size=1")]
    [InlineData("Keepalive=1;Multiplexing=true")]
    public void SettingsThatDoNotWorkAreAMistakeOfWhoeverGivesThem(string settings) => Assert.Contains(
        "connection string",
        Assert.Throws<UserInputException>(() => SqlLedger.OpenPostgres($"{postgres.ConnectionString};{settings}", Bench.Parts())).Message,
        StringComparison.Ordinal);

    [Fact]
    public void AServerThatIsTooOldIsRefusedWithItsVersionAndTheOneThatIsNeeded()
    {
        var real = new NpgsqlConnectionStringBuilder(postgres.ConnectionString);
        using var proxy = new AgeingProxy(real.Port, "09");
        var old = new NpgsqlConnectionStringBuilder(real.ConnectionString) { Host = "127.0.0.1", Port = proxy.Port, SslMode = SslMode.Disable, Pooling = false }.ConnectionString;
        var message = Assert.Throws<UserInputException>(() => SqlLedger.OpenPostgres(old, Bench.Parts())).Message;
        Assert.Matches($@"PostgreSQL database '{real.Database}' on 127\.0\.0\.1:{proxy.Port} has version 9\.\d+; 13 or newer is needed\. Upgrade it, or name another server\.", message);
        Assert.False(Runtime.Hosting.DatabaseFacts.Ask(old).IsNewEnough);
    }

    [Fact]
    public void AnEncodingOfAnotherProgramIsNotTaken()
    {
        using var ledger = SqlLedger.OpenPostgres($"{postgres.ConnectionString};Client Encoding=LATIN1;Encoding=iso-8859-1", Bench.Parts());
        var run = ledger.Submit(Plans.Submission(Plans.Graph(Plans.Node("猫"))) with { Name = "Žluťoučký 猫" });
        Assert.Equal(("Žluťoučký 猫", "猫"), (ledger.FindSummary(run)!.Name, ledger.Find(run)!.Stages[0].Node.Name));
        Assert.Equal("Žluťoučký 猫", PostgresServer.Scalar<string>(postgres.ConnectionString, $"SELECT name FROM dnc.run WHERE id = '{run}'"));
    }

    [Fact]
    public void ARowThatNobodyWroteIsToldAsThat()
    {
        var run = Bench.Submit(Plans.Fan(1));
        PostgresServer.Execute(postgres.ConnectionString, $"UPDATE dnc.run SET state = 'bogus' WHERE id = '{run}'");
        Assert.Contains("holds a row that this program has not written", Assert.Throws<UserInputException>(() => Ledger.List()).Message, StringComparison.Ordinal);
        PostgresServer.Execute(postgres.ConnectionString, $"UPDATE dnc.run SET state = 'running', data = 'no JSON' WHERE id = '{run}'");
        Assert.Contains("holds a row that this program has not written", Assert.Throws<UserInputException>(() => Ledger.Find(run)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnOlderLedgerIsBroughtUpToDateUnderLoadOnce()
    {
        var run = Bench.Submit(Plans.Fan(2));
        PostgresServer.Execute(
            postgres.ConnectionString,
            "DELETE FROM dnc.schema_version WHERE scriptname >= '0004'; ALTER TABLE dnc.stage DROP COLUMN version; ALTER TABLE dnc.gate_request DROP COLUMN patient; ALTER TABLE dnc.claim DROP COLUMN moved_at; DROP TABLE dnc.chore, dnc.forgotten, dnc.artifact_store, dnc.run_event, dnc.ledger_id; ALTER TABLE dnc.worker DROP COLUMN unseen, DROP COLUMN ailment; DROP INDEX dnc.event_stage, dnc.run_folder");
        Parallel.For(0, 6, new ParallelOptions { MaxDegreeOfParallelism = 6 }, _ => Open(Bench.Parts()).Dispose());
        Bench.Do("base");
        Assert.Equal(3, Bench.View(run).Stages.Count(s => s.State != Stages.Lifecycle.StageState.Succeeded));
    }

    [Fact]
    public void ManyOpenANewLedgerAtOnceAndItIsMadeOnce()
    {
        var database = PostgresFixture.CreateDatabase();
        Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            using var ledger = SqlLedger.OpenPostgres(database, Bench.Parts());
            ledger.Submit(Plans.Submission(Plans.Fan(1), $"{i}"));
        });
        using var all = SqlLedger.OpenPostgres(database, Bench.Parts());
        Assert.Equal(8, all.List().Count);
    }

    [Fact]
    public void WhateverIsPrintedCanBeStored()
    {
        var run = Bench.Submit(Plans.Graph(Plans.Node("a")));
        Ledger.Fail(Bench.Claim().Ticket, new Stages.Ports.AttemptFailure("no\0 \ud800! \ud83d\ude00", Retryable: false, Detail: "end\udc00\0"));
        Assert.Equal("no\uFFFD \uFFFD! \ud83d\ude00", Bench.Stage(run, "a").Error);
        Assert.Equal("end\uFFFD\uFFFD", Ledger.Attempts(run)[0].Detail);
        Assert.Null(Ledger.Find("no\0run"));
    }

    [Theory]
    [InlineData("Host=localhost;Pass=s3cr3t;word", "cannot be read")]
    [InlineData("Host=localhost;Port=s3cr3t;Database=x", "cannot be read")]
    [InlineData("Host=localhost;Foo=s3cr3t;Database=x", "cannot be read: it has 'Foo'")]
    [InlineData("postgresql://u:s3cr3t@localhost/d?Foo=s3cr3t", "cannot be read: it has 'Foo'")]
    [InlineData("Host=localhost;Password=a;s3cr3t=b", "cannot be read. It")]
    [InlineData("s3cr3t", "cannot be read")]
    [InlineData("postgresql://u:s3cr3t@", "cannot be read")]
    [InlineData("Password=s3cr3t;Database=x", "names no host")]
    [InlineData("Host=h;Password=s3cr3t", "names no database")]
    [InlineData("postgresql://u:s3cr3t@h/", "names no database")]
    [InlineData("Host=127.0.0.1;Port=1;Username=u;Password=s3cr3t;Database=x", "127.0.0.1:1")]
    [InlineData("postgresql://u:s3cr3t@127.0.0.1:1/x?sslmode=disable", "cannot be reached")]
    public void AWrongConnectionStringIsToldWithoutAWordOfIt(string connection, string said)
    {
        var error = Assert.Throws<UserInputException>(() => SqlLedger.OpenPostgres(connection, Bench.Parts()));
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Database", "nothing", "'nothing' does not exist")]
    [InlineData("Password", "s3cr3t", "wrong user or password")]
    [InlineData("Username", "nobody", "refuses user 'nobody'")]
    public void WhatTheServerRefusesIsTold(string key, string value, string said)
    {
        var wrong = new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { [key] = value };
        var error = Assert.Throws<UserInputException>(() => SqlLedger.OpenPostgres(wrong.ConnectionString, Bench.Parts()));
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(wrong.Password!, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void MissingRightsAreToldWithWhatToGrant()
    {
        var database = PostgresFixture.CreateDatabase();
        PostgresServer.Execute(database, "CREATE ROLE guest LOGIN PASSWORD 'g'");
        var guest = new NpgsqlConnectionStringBuilder(database) { Username = "guest", Password = "g" }.ConnectionString;
        Assert.Contains("GRANT CREATE", Assert.Throws<UserInputException>(() => SqlLedger.OpenPostgres(guest, Bench.Parts())).Message, StringComparison.Ordinal);
        PostgresServer.Execute(database, "CREATE SCHEMA dnc AUTHORIZATION guest");
        using var ledger = SqlLedger.OpenPostgres(guest, Bench.Parts());
        Assert.Empty(ledger.List());
    }

    [Fact]
    public void TooFewConnectionsAreTold()
    {
        var database = PostgresFixture.CreateDatabase();
        PostgresServer.Execute(database, "CREATE ROLE lonely LOGIN PASSWORD 'l' CONNECTION LIMIT 0");
        var lonely = new NpgsqlConnectionStringBuilder(database) { Username = "lonely", Password = "l" }.ConnectionString;
        Assert.Contains("no connection left", Assert.Throws<UserInputException>(() => SqlLedger.OpenPostgres(lonely, Bench.Parts())).Message, StringComparison.Ordinal);
    }

    private sealed class AbsurdTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.MaxValue;
    }
}
