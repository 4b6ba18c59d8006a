using DnC.Workflow.Runtime.Execute;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Runtime.Tests.Execute;

public sealed class DeviceLeaseTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void It_is_one_holders_at_a_time_and_names_it()
    {
        var device = Fake("GPU-1");
        var waits = new List<string>();
        using (Take(device, "base", waits, () => true))
        {
            Assert.Throws<StageStopped>(() => Take(device, "embed", waits, () => waits.Count > 0));
            Assert.Equal([$"waits for cuda:0, which process {Environment.ProcessId} uses (base)"], waits);
            Take(Fake("GPU-2"), "embed", waits, () => true)!.Dispose();
        }

        Take(device, "embed", waits, () => true)!.Dispose();
        Assert.Single(waits);
    }

    [Fact]
    public void It_waits_until_the_holder_lets_go()
    {
        var device = Fake("GPU-1");
        var held = Take(device, "base", [], () => true)!;
        using var taken = DeviceLease.Take(device, "embed", TimeProvider.System, () => false, _ => held.Dispose());
        Assert.NotNull(taken);
    }

    [Fact]
    public void The_CPU_is_nobodys()
    {
        Assert.Null(Take(DeviceUse.Cpu, "base", [], () => true));
        Assert.Null(DeviceUse.Cpu.LockFile);
    }

    [Fact]
    public void Its_folder_is_for_every_user_of_the_machine()
    {
        var device = Fake("GPU-1");
        Take(device, "base", [], () => true)!.Dispose();
        if (OperatingSystem.IsWindows())
            return;
        Assert.True(File.GetUnixFileMode(_folder.At("locks")).HasFlag(UnixFileMode.OtherWrite | UnixFileMode.StickyBit));
        Assert.True(File.GetUnixFileMode(device.LockFile!).HasFlag(UnixFileMode.OtherWrite | UnixFileMode.GroupWrite));
    }

    [Fact]
    public void A_link_in_its_place_and_a_folder_that_cannot_be_made_are_refused()
    {
        File.WriteAllText(_folder.At("file"), "");
        Assert.Contains("DNC_DEVICE_LOCKS", Assert.Throws<CannotBeginException>(() =>
            Take(new DeviceUse("cuda:0", "cuda:0", "x", _folder.At("file", "x.lock")), "base", [], () => true)).Message);
        if (OperatingSystem.IsWindows())
            return;
        File.CreateSymbolicLink(_folder.At("link.lock"), _folder.At("file"));
        Assert.Throws<CannotBeginException>(() => Take(new DeviceUse("cuda:0", "cuda:0", "x", _folder.At("link.lock")), "base", [], () => true));
        Assert.Equal("", File.ReadAllText(_folder.At("file")));
    }

    private DeviceUse Fake(string uuid) => new("cuda:0", "cuda:0", uuid, _folder.At("locks", uuid + ".lock"));

    private static IDisposable? Take(DeviceUse device, string stage, List<string> waits, Func<bool> stop) =>
        DeviceLease.Take(device, stage, TimeProvider.System, stop, waits.Add);
}
