using System.Diagnostics;

namespace DnC.Workflow.Cli.Tests.EndToEnd;

/// <summary>A disk that is full under the ledger alone: a tmpfs in a mount namespace of the command's own, with artifacts and work elsewhere.</summary>
public sealed class FullLedgerTests(FinishedRun finished) : IDisposable
{
    // Room for the plan of this spec, and not for the heartbeats of a training that does not end.
    private const string Mount = "mount -t tmpfs -o size=400k tmpfs \"$1\"";
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_command_ends_and_with_room_the_same_goes_on()
    {
        var root = _folder.Make("root");
        Assert.SkipUnless(OperatingSystem.IsLinux() && Inside(Mount).Code == 0, "This machine lets no unprivileged user mount a tmpfs ('unshare -Urm').");
        var spec = _folder.Write("long.json", SmallSpec.Text(epochs: 20_000));
        string[] command = ["run", spec, "--data", finished.Data.Shards, "--root", root, "--set", "base.checkpointSeconds=1"];
        var (artifacts, work, copy) = (_folder.Make("artifacts"), _folder.Make("work"), _folder.Make("copy"));

        // What is on the tmpfs is copied out before it goes with its namespace.
        const string then = " && ln -s \"$2\" \"$1\"/artifacts && ln -s \"$3\" \"$1\"/work && root=$1 copy=$4 && shift 4 && \"$@\" ; rc=$? ; cp -r \"$root\"/. \"$copy\" ; exit $rc";
        var result = Inside(Mount + then, [artifacts, work, copy, Path.Combine(AppContext.BaseDirectory, "dnc"), .. command]).Expect(1);

        Assert.Contains("The ledger could not be read or written for", result.Error, StringComparison.Ordinal);
        Assert.Contains("make room", result.Error, StringComparison.Ordinal);
        Assert.Contains($"go on with:\n  dnc run {spec}", result.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.All, StringComparison.Ordinal);

        command[Array.IndexOf(command, root)] = copy;
        using var later = DncProcess.Start(command);
        Assert.StartsWith("Going on with run", later.ReadLine(), StringComparison.Ordinal);
        later.ReadUntil("base ");
        var training = RunStatus.Of(copy)["base"];
        Assert.Equal(("running", 1, 2), (training.State, training.Generation, training.Attempts));
        later.Kill(tree: true);
    }

    private DncResult Inside(string script, params string[] arguments)
    {
        var start = new ProcessStartInfo("unshare", ["-Urm", "sh", "-c", script, "sh", _folder.At("root"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        try
        {
            using var process = Process.Start(start)!;
            var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return new DncResult(process.ExitCode, output, error.GetAwaiter().GetResult());
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return new DncResult(-1, "", e.Message);
        }
    }
}
