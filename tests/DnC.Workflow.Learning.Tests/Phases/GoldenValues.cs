using System.Globalization;
using System.Text.Json;
using DnC.Workflow.Learning.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Tests.Phases;

/// <summary>Figures of a tiny fixed run, held against those in <c>Fixtures/golden/PHASE.json</c>, which were written at a version of the phase.</summary>
internal sealed class GoldenValues(string phase, int version)
{
    /// <summary>Set to 1 to write the values of this run as the committed ones.</summary>
    public const string RewriteVariable = "DNC_REWRITE_GOLDEN";

    private static readonly JsonSerializerOptions Written = new() { WriteIndented = true };
    private readonly SortedDictionary<string, (double Value, double Tolerance)> _values = new(StringComparer.Ordinal);

    /// <summary>Adds a figure and by how much another processor or number of threads may change it.</summary>
    public GoldenValues Add(string name, double value, double tolerance)
    {
        _values.Add(name, (value, tolerance));
        return this;
    }

    /// <summary>Adds a figure that may change by a share of itself.</summary>
    public GoldenValues AddRelative(string name, double value, double share) => Add(name, value, share * Math.Abs(value));

    /// <summary>Adds length and direction of the named tensors of a file.</summary>
    public GoldenValues AddTensors(string file, double share, params ReadOnlySpan<string> names)
    {
        using var scope = NewDisposeScope();
        var tensors = SafetensorsFile.Read(file);
        foreach (var name in names)
            AddVector(name, tensors[name].to(ScalarType.Float64).flatten(), share);
        return this;
    }

    /// <summary>Adds a vector's length, and its cosine with a fixed wave: a number that no sum over it would show.</summary>
    public GoldenValues AddVector(string name, Tensor vector, double share)
    {
        var wave = arange(vector.numel(), dtype: ScalarType.Float64).mul(0.37).cos();
        var norm = vector.norm().item<double>();
        return AddRelative($"{name}: norm", norm, share).Add($"{name}: direction", vector.dot(wave).item<double>() / (norm * wave.norm().item<double>()), share);
    }

    /// <summary>Compares with the committed values, or writes them.</summary>
    public void Hold()
    {
        var file = Path.Combine("Fixtures", "golden", phase + ".json");
        if (Environment.GetEnvironmentVariable(RewriteVariable) == "1")
        {
            Rewrite(Path.Combine(ProjectFolder(), file));
            return;
        }

        var committed = Read(Path.Combine(AppContext.BaseDirectory, file));
        if (committed.Version != version)
        {
            Assert.Fail(string.Create(CultureInfo.InvariantCulture, $"The golden values of '{phase}' are those of its version {committed.Version}; its Version is {version}. Write the new ones ({RewriteVariable}=1) and commit them with it."));
        }

        var differences = Differences(committed);
        Assert.True(
            differences.Count == 0,
            string.Create(CultureInfo.InvariantCulture, $"Phase '{phase}' gives other results than at Version {version}: restore the result or raise Version of the phase (then write the new values: {RewriteVariable}=1). A cached artifact of this version would be reused as if nothing had changed.\n")
            + string.Join('\n', differences));
    }

    /// <summary>What differs from the committed values, a line each.</summary>
    public IReadOnlyList<string> Differences() => Differences(Read(Path.Combine(AppContext.BaseDirectory, "Fixtures", "golden", phase + ".json")));

    private List<string> Differences(Committed committed) =>
    [
        .. committed.Values.Keys.Except(_values.Keys, StringComparer.Ordinal).Select(n => $"{n}: is not there any more"),
        .. _values.Where(v => !committed.Values.TryGetValue(v.Key, out var was) || !(Math.Abs(v.Value.Value - was) <= v.Value.Tolerance))
            .Select(v => string.Create(CultureInfo.InvariantCulture, $"{v.Key}: {v.Value.Value:G9}, was {(committed.Values.TryGetValue(v.Key, out var was) ? was : double.NaN):G9} ± {v.Value.Tolerance:G2}")),
    ];

    private void Rewrite(string file)
    {
        // The one way round this is to delete the file: values may not move under a version that results are cached by.
        if (File.Exists(file) && Read(file) is var before && before.Version == version && Differences(before) is { Count: > 0 } differences)
            Assert.Fail($"The values of '{phase}' changed, its Version did not: raise it before writing them.\n{string.Join('\n', differences)}");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var values = new SortedDictionary<string, double>(_values.ToDictionary(v => v.Key, v => v.Value.Value), StringComparer.Ordinal);
        File.WriteAllText(file, JsonSerializer.Serialize(new Committed(version, values), Written) + "\n");
    }

    private static Committed Read(string file) => JsonSerializer.Deserialize<Committed>(File.ReadAllBytes(file))!;

    private static string ProjectFolder()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "DnC.Workflow.Learning.Tests.csproj")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests do not run from below their project's folder.");
        return folder;
    }

    private sealed record Committed(int Version, SortedDictionary<string, double> Values);
}
