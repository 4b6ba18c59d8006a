using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using DnC.Workflow.Learning.Native;
using DnC.Workflow.Runtime.Hosting;
using DnC.Workflow.Runtime.Ledger;
using DnC.Workflow.Stages.Execution;
using TorchSharp;

namespace DnC.Workflow.Cli;

/// <summary>How a check came out.</summary>
internal enum Verdict
{
    /// <summary>As it should be.</summary>
    Good,

    /// <summary>It works, with a limit worth knowing.</summary>
    Fair,

    /// <summary>A run would fail.</summary>
    Bad,
}

/// <summary>One thing that was looked at.</summary>
/// <param name="Verdict">How it came out.</param>
/// <param name="Subject">What.</param>
/// <param name="Found">What was found.</param>
/// <param name="Mend">What to do about it, or null.</param>
internal sealed record Check(Verdict Verdict, string Subject, string Found, string? Mend = null);

/// <summary>Looks at the machine.</summary>
internal static class Doctor
{
    private const double GiB = 1L << 30;

    /// <summary>All checks for a root folder.</summary>
    public static IReadOnlyList<Check> Examine(string root) => [Sdk(), .. Torch(), Cores(), Memory(), Disk(root), Use(root), .. Ledger(root)];

    private static Check Sdk()
    {
        var runtime = $"{RuntimeInformation.FrameworkDescription} on {RuntimeInformation.RuntimeIdentifier}";
        try
        {
            using var dotnet = Process.Start(new ProcessStartInfo("dotnet", ["--list-sdks"]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
            var newest = dotnet.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).LastOrDefault()?.Split(' ')[0];
            return int.TryParse(newest?.Split('.')[0], out var major) && major >= 10
                ? new Check(Verdict.Good, ".NET", $"SDK {newest}, {runtime}")
                : new Check(Verdict.Fair, ".NET", $"SDK {newest ?? "none"}, {runtime}", "Running needs no SDK; to build, install the .NET SDK 10.");
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or IOException)
        {
            return new Check(Verdict.Fair, ".NET", $"no SDK on the path, {runtime}", "Running needs none; to build, install the .NET SDK 10.");
        }
    }

    private static IEnumerable<Check> Torch()
    {
        string from;
        double sum;
        string? error = null;
        try
        {
            TorchSettings.Apply(1);
            using var ones = torch.ones(3);
            using var total = ones.sum();
            (from, sum) = (LibTorchLoader.LoadedFrom ?? "", total.item<float>());
        }
        catch (Exception e) when (e is LibTorchException or TypeInitializationException or DllNotFoundException)
        {
            (from, sum, error) = ("", double.NaN, e.GetBaseException().Message);
        }

        if (error is not null || sum != 3)
        {
            yield return new Check(Verdict.Bad, "libtorch", error ?? "it loads, but 1 + 1 + 1 is not 3", "Build again on this machine: its libtorch package follows the platform (TorchRuntime=cpu or cuda in the environment).");
            yield break;
        }

        yield return new Check(Verdict.Good, "libtorch", $"loaded {from}".Trim());
        yield return torch.cuda.is_available()
            ? new Check(Verdict.Good, "device", $"{torch.cuda.device_count()} CUDA devices")
            : new Check(Verdict.Fair, "device", "CPU only", "For an NVIDIA GPU: export TorchRuntime=cuda, and build again (docs/guide.md).");
        yield return Autocast.IsAvailable && Autocast.IsNative(torch.CPU)
            ? new Check(Verdict.Good, "bf16", "autocast is there, and this CPU multiplies bfloat16: precision auto takes it")
            : new Check(Verdict.Fair, "bf16", Autocast.IsAvailable ? "autocast is there; this CPU has no bfloat16 instructions, so precision auto takes fp32" : "no autocast on this platform; precision bf16 is refused");
    }

    private static Check Cores() => Environment.ProcessorCount >= 2
        ? new Check(Verdict.Good, "cores", Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture))
        : new Check(Verdict.Fair, "cores", "1", "Experts run one after another; the demo takes about twice as long.");

    private static Check Memory()
    {
        var free = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / GiB;
        var text = string.Create(CultureInfo.InvariantCulture, $"{free:0.0} GiB");
        return free >= 3
            ? new Check(Verdict.Good, "memory", text)
            : new Check(Verdict.Fair, "memory", text, "Each running stage takes about 1 GiB: set data.cacheMegabytes lower, or fewer experts at once.");
    }

    private static Check Disk(string root)
    {
        try
        {
            var free = new DriveInfo(Existing(root)).AvailableFreeSpace / GiB;
            var text = string.Create(CultureInfo.InvariantCulture, $"{free:0.0} GiB free at {root}");
            return free >= 2 ? new Check(Verdict.Good, "disk", text) : new Check(Verdict.Bad, "disk", text, "Free at least 2 GiB, or choose another place with --root DIR.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return new Check(Verdict.Bad, "disk", $"{root}: {e.Message}", "Choose another place with --root DIR.");
        }
    }

    private static Check Use(string root)
    {
        try
        {
            if (RootLock.Holder(root) is { } holder)
                return new Check(Verdict.Fair, "root", $"in use by process {holder.Pid} on {holder.Host}", "'dnc status' reads beside it.");
            // Whether one can write is known only by writing.
            var existing = Existing(root);
            File.Create(Path.Combine(existing, $".dnc-doctor-{Environment.ProcessId}"), 1, FileOptions.DeleteOnClose).Dispose();
            return new Check(Verdict.Good, "root", $"{root} is free and can be written");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or UserInputException)
        {
            return new Check(Verdict.Bad, "root", $"{root}: {e.Message}", "Make it writable, or choose another with --root DIR.");
        }
    }

    private static IEnumerable<Check> Ledger(string folder)
    {
        var file = Path.Combine(folder, "ledger.db");
        if (!Path.Exists(file))
            yield break;
        yield return SqlLedger.Fault(file, TimeProvider.System) is { } fault
            ? new Check(Verdict.Bad, "ledger", fault)
            : new Check(Verdict.Good, "ledger", $"{file} is whole");
    }

    private static string Existing(string folder)
    {
        while (!Directory.Exists(folder))
            folder = Path.GetDirectoryName(folder) ?? throw new IOException($"no part of '{folder}' exists");
        return folder;
    }
}
