namespace DnC.Workflow.Soak.Tests.Faults;

/// <summary>libfaketime (Debian package 'faketime'): a clock that is hours off, and runs as fast as any other.</summary>
public static class WrongClock
{
    /// <summary>Variables for a process whose clock is hours ahead.</summary>
    /// <returns>Null where the library is not here.</returns>
    public static IReadOnlyDictionary<string, string>? Environment(int hours)
    {
        var library = Directory.Exists("/usr/lib") ? Directory.EnumerateDirectories("/usr/lib", "faketime", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 2 })
            .Select(f => Path.Combine(f, "libfaketimeMT.so.1")).FirstOrDefault(File.Exists) : null;
        return library is null ? null : new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["LD_PRELOAD"] = library,
            ["FAKETIME"] = $"{(hours < 0 ? "" : "+")}{hours}h",
            ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1",
            // Otherwise it breaks timed waits on the clock that it leaves alone.
            ["FAKETIME_FORCE_MONOTONIC_FIX"] = "0",
            ["FAKETIME_DONT_RESET"] = "1",
        };
    }
}
