using System.Globalization;

namespace DnC.Workflow.Bench.Measuring;

/// <summary>This process's memory, as Linux says it.</summary>
internal static class ProcessMemory
{
    /// <summary>Megabytes that it holds itself now: of libraries, .NET's and libtorch's blocks, which both keep; pages of mapped files are left out.</summary>
    public static double Own() => Read("RssAnon");

    /// <summary>Megabytes by the name of /proc/self/status.</summary>
    public static double Read(string name) =>
        double.Parse(File.ReadLines("/proc/self/status").First(l => l.StartsWith(name, StringComparison.Ordinal)).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1000;
}
