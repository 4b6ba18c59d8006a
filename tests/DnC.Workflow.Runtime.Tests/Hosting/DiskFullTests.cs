using System.Diagnostics;
using DnC.Workflow.Runtime.TestHost;
using DnC.Workflow.Runtime.TestHost.Bodies;
using DnC.Workflow.Stages.Lifecycle;

namespace DnC.Workflow.Runtime.Tests.Hosting;

/// <summary>An artifact too large for a disk: a tmpfs of 24 MiB in a mount namespace of the engine's own, ledger and all on it.</summary>
public sealed class DiskFullTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_full_disk_fails_the_stage_cleanly_and_a_later_run_goes_on()
    {
        const string mount = "mount -t tmpfs -o size=24m tmpfs \"$1\"";
        var root = _folder.Make("root");
        if (!CanMount(mount, root))
            Assert.Skip("This machine lets no unprivileged user mount a tmpfs ('unshare -Urm').");
        var script = new EngineScript
        {
            Root = root,
            Slots = 1,
            Stages = [EngineProcess.Stage("small", "fill", new Fill.Settings(1 << 20)), EngineProcess.Stage("big", "fill", new Fill.Settings(64 << 20))],
            Retry = new RetryPolicy { MaxFailures = 2, FirstDelay = TimeSpan.FromMilliseconds(10) },
        };

        // What is on the tmpfs is copied out before it goes with its namespace.
        var copy = _folder.Make("copy");
        using (var engine = EngineProcess.Start(
            script, "unshare", "-Urm", "sh", "-c", mount + " && root=$1 copy=$2 && shift 2 && \"$@\" ; rc=$? ; cp -r \"$root\"/. \"$copy\" ; exit $rc", "sh", root, copy))
        {
            Assert.True(engine.ReadUntil("ended Failed"), string.Join('\n', engine.Lines));
            var (code, errors) = engine.WaitForExit();
            Assert.Equal(0, code);

            // The ledger is on that disk too: a heartbeat may have met it full, and goes on.
            Assert.True(errors.Length == 0 || (errors.StartsWith("heartbeat", StringComparison.Ordinal) && errors.Contains("disk is full", StringComparison.Ordinal)), errors);
        }

        var (run, _) = EngineProcess.Look(copy);
        Assert.Equal(StageState.Succeeded, run.Stages[0].State);
        Assert.Equal(StageState.Failed, run.Stages[1].State);
        Assert.Equal(2, run.Stages[1].Attempts);
        Assert.Contains("is full", run.Stages[1].Error);
        Assert.Equal(["small.1-1"], Directory.GetDirectories(Path.Combine(copy, "artifacts", run.Summary.Id)).Select(Path.GetFileName));
        Assert.Empty(Directory.GetDirectories(copy, "output", SearchOption.AllDirectories));

        // With room, a later run of the same root goes on.
        using var later = EngineProcess.Start(script with { Root = copy, Continue = true });
        Assert.True(later.ReadUntil("ended Succeeded"));
        Assert.Equal((0, ""), later.WaitForExit());
    }

    private static bool CanMount(string mount, string root)
    {
        try
        {
            using var trial = Process.Start(new ProcessStartInfo("unshare", ["-Urm", "sh", "-c", mount, "sh", root]) { RedirectStandardError = true, UseShellExecute = false })!;
            trial.StandardError.ReadToEnd();
            trial.WaitForExit();
            return trial.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
