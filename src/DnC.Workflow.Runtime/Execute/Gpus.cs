using System.Globalization;

namespace DnC.Workflow.Runtime.Execute;

/// <summary>A GPU of this machine.</summary>
/// <param name="Uuid">As the driver names it: 'GPU-5b0f…'.</param>
/// <param name="Model">'NVIDIA A100-SXM4-80GB'.</param>
public sealed record Gpu(string Uuid, string Model);

/// <summary>The NVIDIA GPUs of this machine, by what the driver says: asking libtorch would load it into the engine.</summary>
public static class Gpus
{
    /// <summary>The folder of all device locks of this machine; DNC_DEVICE_LOCKS names another.</summary>
    public static string LockFolder { get; } = Environment.GetEnvironmentVariable("DNC_DEVICE_LOCKS") is { Length: > 0 } named
        ? Path.GetFullPath(named)
        : Path.Combine(Directory.Exists("/run/lock") ? "/run/lock" : Path.GetTempPath(), "dnc-devices");

    /// <summary>Those that this process may use, in the order of their PCI addresses, as CUDA_DEVICE_ORDER=PCI_BUS_ID numbers them.</summary>
    /// <param name="drivers">The driver's folder.</param>
    /// <param name="visible">CUDA_VISIBLE_DEVICES, or null for all.</param>
    public static IReadOnlyList<Gpu> Find(string drivers = "/proc/driver/nvidia/gpus", string? visible = null)
    {
        if (!Directory.Exists(drivers))
            return [];
        var all = Directory.GetDirectories(drivers).Order(StringComparer.Ordinal).Select(Read).ToArray();
        if (visible is null)
            return all;

        // As CUDA reads it: the list ends at the first name that is none.
        var chosen = new List<Gpu>();
        foreach (var name in visible.Split(',', StringSplitOptions.TrimEntries))
        {
            var gpu = int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                ? all.ElementAtOrDefault(index)
                : name.Length > 0 ? all.FirstOrDefault(g => g.Uuid.StartsWith(name, StringComparison.Ordinal)) : null;
            if (gpu is null)
                break;
            chosen.Add(gpu);
        }

        return chosen;
    }

    private static Gpu Read(string folder)
    {
        var facts = File.ReadAllLines(Path.Combine(folder, "information"))
            .Select(l => l.Split(':', 2, StringSplitOptions.TrimEntries))
            .Where(p => p.Length == 2)
            .ToLookup(p => p[0], p => p[1], StringComparer.Ordinal);
        return new Gpu(facts["GPU UUID"].FirstOrDefault() ?? Path.GetFileName(folder), facts["Model"].FirstOrDefault() ?? "NVIDIA GPU");
    }
}
