using System.Globalization;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Plan;

namespace DnC.Workflow.Runtime.Execute;

/// <summary>
/// Which stage runs on which device of this machine. Resource classes are names, not devices: a worker without CUDA may serve 'gpu' on its
/// CPU. Only 'cpu' is what it says: its stages leave a worker's GPU to those of other classes.
/// </summary>
public sealed class DevicePlan
{
    private readonly bool _hasCuda;
    private readonly IReadOnlyList<Gpu> _gpus;
    private readonly DeviceUse _own;

    /// <summary>The plan of a worker.</summary>
    /// <param name="device">'auto', 'cpu' or 'cuda:N'.</param>
    /// <param name="hasCuda">Whether this program's libtorch can use a GPU.</param>
    /// <param name="gpus">Those that are there.</param>
    /// <exception cref="UserInputException">No such device here, or no such word.</exception>
    public DevicePlan(string device, bool hasCuda, IReadOnlyList<Gpu> gpus)
    {
        (_hasCuda, _gpus) = (hasCuda, gpus);
        _own = Choose(device);
    }

    /// <summary>Whether stages of other classes than 'cpu' run on a GPU.</summary>
    public bool HasGpu => _own.LockFile is not null;

    /// <summary>For people: 'cpu', or 'cuda:0 (NVIDIA A100-SXM4-80GB)'.</summary>
    public string Text => HasGpu ? $"{_own.Name} ({_gpus.First(g => g.Uuid == _own.Visible).Model})" : _own.Name;

    /// <summary>The device of a stage.</summary>
    /// <exception cref="UserInputException">The stage names one that is not here.</exception>
    public DeviceUse Of(StageNode node) => node.Options.Device switch
    {
        "auto" => node.Resource == "cpu" ? DeviceUse.Cpu : _own,
        var named => Choose(named),
    };

    private DeviceUse Choose(string device)
    {
        if (device == "cpu" || (device == "auto" && (!_hasCuda || _gpus.Count == 0)))
            return DeviceUse.Cpu;
        var index = 0;
        if (device != "auto" && (!device.StartsWith("cuda:", StringComparison.Ordinal) || !int.TryParse(device.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out index)))
            throw new UserInputException($"Device '{device}': expected auto, cpu or cuda:N.");
        if (!_hasCuda)
            throw new UserInputException($"Device '{device}': this build's libtorch has no CUDA. To build with it, first export TorchRuntime=cuda (docs/guide.md); or take auto or cpu.");
        return index < _gpus.Count
            ? DeviceUse.Cuda(index, _gpus[index])
            : throw new UserInputException($"Device '{device}': this process sees {(_gpus.Count > 0 ? $"cuda:0 to cuda:{_gpus.Count - 1}." : "no GPU; is the NVIDIA driver loaded, and CUDA_VISIBLE_DEVICES right?")} Take one that is there, cpu or auto.");
    }
}
