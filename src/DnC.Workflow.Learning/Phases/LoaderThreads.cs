using TorchSharp;

namespace DnC.Workflow.Learning.Phases;

/// <summary>Threads that decode and augment ahead of the step.</summary>
internal static class LoaderThreads
{
    /// <summary>On a GPU what the machine has; on the CPU as many as the step has, since the two share the cores. Results do not depend on it.</summary>
    public static int For(StageDevice device) =>
        device.Device.type == DeviceType.CPU ? device.Threads : Math.Max(1, Environment.ProcessorCount - 1);
}
