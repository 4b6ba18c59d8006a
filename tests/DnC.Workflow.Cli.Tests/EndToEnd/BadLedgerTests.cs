using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;

namespace DnC.Workflow.Cli.Tests.EndToEnd;

/// <summary>Something else where a root's ledger or lock belongs: told by every command that would use it, and by the doctor; none waits for it.</summary>
public sealed partial class BadLedgerTests(FinishedRun finished) : IDisposable
{
    private const uint OwnerOnly = 0b110_000_000;
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("noise", "no ledger, or is damaged")]
    [InlineData("folder", "is a folder, and no ledger")]
    [InlineData("pipe", "is a pipe, and no ledger")]
    [InlineData("device", "is a device, and no ledger")]
    public void In_the_ledgers_place(string what, string says)
    {
        Place(what, "ledger.db");
        foreach (var command in new[] { "run SPEC --data DATA", "plan SPEC --data DATA", "status", "cancel x", "rerun x base" })
        {
            var result = Run(command).Expect(2);
            Assert.Contains(_folder.At("ledger.db"), result.Error, StringComparison.Ordinal);
            Assert.Contains(says, result.Error, StringComparison.Ordinal);
            Assert.Contains("--root", result.Error, StringComparison.Ordinal);
        }

        Assert.Matches($"bad +ledger +.*{says}", Run("doctor").Out);
    }

    [Theory]
    [InlineData("folder", "Is a directory")]
    [InlineData("pipe", "is a pipe")]
    public void In_the_locks_place(string what, string says)
    {
        Place(what, "engine.lock");
        var result = Run("run SPEC --data DATA").Expect(2);
        Assert.Contains(_folder.At("engine.lock"), result.Error, StringComparison.Ordinal);
        Assert.Contains(says, result.Error, StringComparison.Ordinal);
        Assert.Matches($"bad +root +.*{says}", Run("doctor").Expect(2).Out);
    }

    [Fact]
    public void The_doctor_reads_a_ledger_from_end_to_end()
    {
        var root = finished.Copy(_folder).Root;
        Assert.Matches("ok +ledger ", DncProcess.Run("doctor", "--root", root).Out);

        // Pages that opening does not need to read.
        var file = Path.Combine(root, "ledger.db");
        using (var ledger = new SqliteConnection($"Data Source={file};Pooling=False"))
        {
            ledger.Open();
            using var checkpoint = ledger.CreateCommand();
            checkpoint.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
            checkpoint.ExecuteNonQuery();
        }

        var bytes = File.ReadAllBytes(file);
        bytes.AsSpan(bytes.Length / 2 / 4096 * 4096).Fill(0xA5);
        File.WriteAllBytes(file, bytes);
        Assert.Matches("bad +ledger +.*damaged", DncProcess.Run("doctor", "--root", root).Expect(2).Out);
    }

    private void Place(string what, string name)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || what is "noise" or "folder", "On Linux alone files are asked what they are.");
        switch (what)
        {
            case "noise":
                File.WriteAllBytes(_folder.At(name), [.. Enumerable.Range(0, 20_000).Select(i => (byte)(i * 7))]);
                break;
            case "folder":
                _folder.Make(name);
                break;
            case "pipe":
                Assert.Equal(0, MakePipe(_folder.At(name), OwnerOnly));
                break;
            default:
                File.CreateSymbolicLink(_folder.At(name), "/dev/zero");
                break;
        }
    }

    private DncResult Run(string line) => DncProcess.Run(
        [.. line.Replace("SPEC", finished.Spec, StringComparison.Ordinal).Replace("DATA", finished.Data.Shards, StringComparison.Ordinal).Split(' '), "--root", _folder.Path]);

    [LibraryImport("libc", EntryPoint = "mkfifo", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakePipe(string path, uint mode);
}
