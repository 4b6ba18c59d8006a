using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DnC.Workflow.Bench.Peers;

/// <summary>A script of bench/peers in a process of its own, which holds its state and makes one measurement each time it is asked.</summary>
public sealed class PythonPeer : IDisposable
{
    private readonly Process? _process;

    private PythonPeer(Process? process, string version, string? missing) => (_process, Version, Missing) = (process, version, missing);

    /// <summary>What it measures with, for the row: 'PyTorch 1.13'.</summary>
    public string Version { get; }

    /// <summary>Why there is no figure of it, with the way out; null where it runs.</summary>
    public string? Missing { get; }

    /// <summary>Starts one and waits until it is ready.</summary>
    /// <param name="settings">Which interpreter.</param>
    /// <param name="script">Its file's name.</param>
    /// <param name="threads">Threads that its libraries may use.</param>
    /// <param name="setup">What it needs to know, as JSON.</param>
    /// <param name="environment">Variables that it gets beside.</param>
    /// <exception cref="InvalidOperationException">It failed otherwise than by a library that is not there.</exception>
    public static PythonPeer Start(BenchSettings settings, string script, int threads, object setup, IReadOnlyDictionary<string, string>? environment = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (!File.Exists(settings.Python))
            return new PythonPeer(null, script, $"there is no {settings.Python}: name a Python with the peers' libraries by --python");
        var start = new ProcessStartInfo(settings.Python, [Path.Combine(AppContext.BaseDirectory, "peers", script), JsonSerializer.Serialize(setup)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("OPENBLAS_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        start.Environment["OMP_NUM_THREADS"] = threads.ToString(CultureInfo.InvariantCulture);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
            start.Environment[name] = value;
        var process = Process.Start(start) ?? throw new InvalidOperationException($"{settings.Python} did not start.");
        var ready = Read(process, script);
        var missing = (string?)ready["missing"];
        return new PythonPeer(process, (string?)ready["version"] ?? script, missing);
    }

    /// <summary>Makes a measurement; null where the peer is missing.</summary>
    /// <param name="request">What to measure, as JSON.</param>
    public JsonObject? Ask(object request)
    {
        if (_process is null || Missing is not null)
            return null;
        _process.StandardInput.WriteLine(JsonSerializer.Serialize(request));
        _process.StandardInput.Flush();
        return Read(_process, "the peer");
    }

    /// <summary>A measurement's seconds, as <see cref="Measuring.Clock.Of"/> takes them; null where the peer is missing.</summary>
    /// <param name="threads">Threads that it uses.</param>
    /// <param name="request">What to measure, as JSON.</param>
    public Func<double>? Timed(int threads, object request) => Missing is not null ? null : () => (double)Ask(request)![threads == 1 ? "processor" : "seconds"]!;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_process is null)
            return;
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static JsonObject Read(Process process, string script) => process.StandardOutput.ReadLine() is { } line
        ? JsonNode.Parse(line)!.AsObject()
        : throw new InvalidOperationException($"{script} ended without an answer; what it said stands above.");
}
