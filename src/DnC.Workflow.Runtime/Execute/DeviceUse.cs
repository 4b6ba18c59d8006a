namespace DnC.Workflow.Runtime.Execute;

/// <summary>The device that a body runs on.</summary>
/// <param name="Name">What a person calls it: 'cuda:1', 'cpu'.</param>
/// <param name="BodyName">What the body calls it: of the devices it is shown it is the first, 'cuda:0'.</param>
/// <param name="Visible">What the body's process is shown of all devices (CUDA_VISIBLE_DEVICES): its UUID, or nothing.</param>
/// <param name="LockFile">
/// Locked by the body's process for as long as it lives, where stages must not share the device. Named after it, in a folder of the whole machine.
/// </param>
public sealed record DeviceUse(string Name, string BodyName, string Visible, string? LockFile)
{
    /// <summary>The CPU, whatever else is there. Nobody has to take it.</summary>
    public static DeviceUse Cpu { get; } = new("cpu", "cpu", "", LockFile: null);

    /// <summary>A GPU.</summary>
    /// <param name="index">As a person counts them.</param>
    /// <param name="gpu">Which.</param>
    public static DeviceUse Cuda(int index, Gpu gpu) =>
        new($"cuda:{index}", "cuda:0", gpu.Uuid, Path.Combine(Gpus.LockFolder, gpu.Uuid + ".lock"));
}

/// <summary>Who has a device, as its lock file says.</summary>
/// <param name="Pid">The body's process.</param>
/// <param name="Stage">What it runs.</param>
public sealed record DeviceHolder(int Pid, string Stage);
