using DnC.Workflow.Runtime.Ledger;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Lifecycle;
using Microsoft.Data.Sqlite;

namespace DnC.Workflow.Runtime.Tests.Ledger;

/// <summary>The compliance suite on SQLite, and what is SQLite's own.</summary>
public sealed class SqliteLedgerTests : LedgerCompliance
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dnc-ledger-").FullName;

    private string File => Path.Combine(_folder, "root", "ledger.db");

    protected override SqlLedger Open(LedgerParts parts) => SqlLedger.Open(File, parts);

    protected override long Rows(string table)
    {
        using var reader = new SqliteConnection($"Data Source={File};Pooling=False");
        reader.Open();
        using var command = reader.CreateCommand();
        command.CommandText = $"SELECT COUNT(*) FROM {table}";
        return (long)command.ExecuteScalar()!;
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
            Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void TheFolderIsMadePrivate()
    {
        Assert.Empty(Ledger.List());
        if (OperatingSystem.IsWindows())
            Assert.Skip("Windows has no file modes.");
        else
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, System.IO.File.GetUnixFileMode(Path.GetDirectoryName(File)!));
    }

    [Fact]
    public void AReaderSeesWhatIsCommittedAndCannotWrite()
    {
        var run = Bench.Submit(Plans.Fan(2));
        using var reader = SqlLedger.OpenReadOnly(File, Bench.Clock);
        Bench.Do("base");
        Assert.Equal(StageState.Succeeded, reader.Find(run)?.Stages[0].State);
        Assert.Equal(["base"], reader.Rerun(run, "base", dryRun: true));
        Assert.Throws<InvalidOperationException>(() => reader.Cancel(run));
        Bench.Do("work[0]");
        Assert.Equal(StageState.Succeeded, reader.Find(run)?.Stages[1].State);
    }

    [Fact]
    public void AReaderWaitsForNoWriter()
    {
        var run = Bench.Submit(Plans.Fan(1));
        using var reader = SqlLedger.OpenReadOnly(File, Bench.Clock);
        using var writer = new SqliteConnection($"Data Source={File};Pooling=False");
        writer.Open();
        using var held = writer.BeginTransaction();
        Assert.Equal(StageState.Ready, reader.Find(run)?.Stages[0].State);
    }

    [Fact]
    public void ReadingWhatIsNotThereSaysSo()
    {
        var error = Assert.Throws<UserInputException>(() => SqlLedger.OpenReadOnly(File, TimeProvider.System));
        Assert.Contains(File, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ANewerLedgerIsRefusedWithFileAndVersions()
    {
        Assert.Empty(Ledger.List());
        using (var connection = new SqliteConnection($"Data Source={File};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "INSERT INTO schema_version (ScriptName, Applied) VALUES ('0042_later.sql', '2030-01-01')";
            command.ExecuteNonQuery();
        }

        foreach (var open in new Func<SqlLedger>[] { () => Open(Bench.Parts()), () => SqlLedger.OpenReadOnly(File, Bench.Clock) })
        {
            var message = Assert.Throws<UserInputException>(open).Message;
            Assert.Contains(File, message, StringComparison.Ordinal);
            Assert.Contains("version 42", message, StringComparison.Ordinal);
            Assert.Contains($"up to {Migrations.Newest}", message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void AFileThatIsNoLedgerIsRefused()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        System.IO.File.WriteAllText(File, "this is a text of more than a hundred bytes, which no one would take for a database, however long one looked at it");
        Assert.Contains("no ledger", Assert.Throws<UserInputException>(() => Bench.Ledger).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AFolderInPlaceOfTheFileIsRefused()
    {
        Directory.CreateDirectory(File);
        Assert.Contains(File, Assert.Throws<UserInputException>(() => Bench.Ledger).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ManyOpenANewLedgerAtOnceAndItIsMadeOnce()
    {
        var runs = new System.Collections.Concurrent.ConcurrentBag<string>();
        var parts = TimeProvider.System;
        Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            using var ledger = Open(new LedgerParts { Clock = parts, Doorbell = new SilentDoorbell(), Jitter = () => 0 });
            runs.Add(ledger.Submit(Plans.Submission(Plans.Fan(1), $"{i}")));
        });
        Assert.Equal(8, Ledger.List().Count);
        Assert.Equal(8, runs.Distinct().Count());
    }

    [Fact]
    public void ItIsKeptAcrossOpening()
    {
        var run = Bench.Submit(Plans.Fan(2));
        Bench.Do("base");
        using var again = Open(Bench.Parts());
        Assert.Equal(StageState.Succeeded, again.Find(run)?.Stages[0].State);
        Assert.Equal("wal", Pragma("journal_mode"));
    }

    private string? Pragma(string name)
    {
        using var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"PRAGMA {name}";
        return command.ExecuteScalar()?.ToString();
    }
}
