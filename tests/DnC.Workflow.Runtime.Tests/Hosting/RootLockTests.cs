using DnC.Workflow.Runtime.Hosting;
using DnC.Workflow.Runtime.Locks;
using DnC.Workflow.Runtime.TestHost;
using DnC.Workflow.Runtime.TestHost.Bodies;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Runtime.Tests.Hosting;

public sealed class RootLockTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void It_is_one_engines_at_a_time_and_names_the_holder()
    {
        var root = _folder.At("a", "root");
        Assert.Null(RootLock.Holder(root));
        using (RootLock.Take(root))
        {
            Assert.Equal(RootHolder.Self(), RootLock.Holder(root));
            var refused = Assert.Throws<UserInputException>(() => RootLock.Take(root));
            Assert.Contains($"process {Environment.ProcessId} on {Environment.MachineName}", refused.Message);
            Assert.Contains(root, refused.Message);
        }

        Assert.Null(RootLock.Holder(root));
        RootLock.Take(root).Dispose();
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(root));
    }

    [Fact]
    public void Who_only_asks_is_no_holder_and_refuses_no_engine()
    {
        RootLock.Take(_folder.Path).Dispose();
        Exception? refused = null;
        var engine = new Thread(() => refused = Record.Exception(() => RootLock.Take(_folder.Path).Dispose()));
        using (var asks = LockFile.Open(_folder.At("engine.lock")))
        {
            Assert.True(asks.TryLock(together: true));
            if (!OperatingSystem.IsWindows())
                Assert.Null(RootLock.Holder(_folder.Path));
            engine.Start();
            // Until it waits to look again, or has been refused.
            while (engine.ThreadState is ThreadState.Unstarted or ThreadState.Running)
                TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        }

        engine.Join();
        Assert.Null(refused);
    }

    [Fact]
    public void A_deleted_or_replaced_lock_file_is_noticed()
    {
        using (RootLock.Take(_folder.Path))
        {
            Assert.True(RootLock.IsMine(_folder.Path));
            File.Delete(_folder.At("engine.lock"));
            Assert.False(RootLock.IsMine(_folder.Path));
            File.WriteAllText(_folder.At("engine.lock"), """{"pid":1,"started":"then","host":"elsewhere"}""");
            Assert.False(RootLock.IsMine(_folder.Path));
        }
    }

    [Fact]
    public void A_holder_that_has_not_signed_yet_is_another_engine()
    {
        using var held = AliveLock.Hold(_folder.At("engine.lock"));
        Assert.Contains("another engine", Assert.Throws<UserInputException>(() => RootLock.Take(_folder.Path)).Message);
        Assert.Equal(0, RootLock.Holder(_folder.Path)!.Pid);
    }

    [Fact]
    public void A_root_that_cannot_be_made_is_said()
    {
        File.WriteAllText(_folder.At("file"), "");
        var refused = Assert.Throws<UserInputException>(() => RootLock.Take(_folder.At("file", "root")));
        Assert.Contains("cannot be written", refused.Message);
        Assert.Contains("--root", refused.Message);
        if (Directory.Exists("/proc"))
            Assert.Contains("cannot be written", Assert.Throws<UserInputException>(() => RootLock.Take("/proc/root-of-dnc")).Message);
    }

    [Fact]
    public void A_second_engine_process_is_refused_and_a_killed_ones_lock_is_free_at_once()
    {
        var script = new EngineScript
        {
            Root = _folder.At("root"),
            Stages = [EngineProcess.Stage("base", "hang", new Hang.Settings(_folder.Path, Deaf: false))],
        };
        using var first = EngineProcess.Start(script);
        Assert.True(first.ReadUntil("point Checkpointed"));

        using var second = EngineProcess.Start(script);
        var (code, errors) = second.WaitForExit();
        Assert.Equal(2, code);
        Assert.Contains($"process {first.Id}", errors);
        Assert.DoesNotContain("   at ", errors);

        first.Kill();
        RootLock.Take(script.Root).Dispose();
    }
}
