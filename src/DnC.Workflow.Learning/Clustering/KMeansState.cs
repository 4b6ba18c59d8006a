using System.Runtime.InteropServices;
using System.Text.Json;

namespace DnC.Workflow.Learning.Clustering;

/// <summary>Between two iterations: everything that <see cref="KMeans"/> needs to go on to the bit-identical result.</summary>
/// <param name="Restart">The run at work, from 0.</param>
/// <param name="Iteration">Updates done in it.</param>
/// <param name="Current">Its centroids; null before its seeding.</param>
/// <param name="Inertias">Inertia before each of those updates; mini-batches have none.</param>
/// <param name="Best">The best of the runs before; null in the first.</param>
/// <param name="Sums">Among mini-batches, K × d: the sums of all rows that each centroid got; null elsewhere.</param>
/// <param name="Counts">Among mini-batches by Euclid, K: how many rows those were; null elsewhere.</param>
public sealed record KMeansState(
    int Restart, int Iteration, Centroids? Current, IReadOnlyList<double> Inertias, KMeansRun? Best, double[]? Sums = null, long[]? Counts = null)
{
    private const string SumsFile = "sums.f64";

    /// <summary>Before anything was done.</summary>
    public static KMeansState Start { get; } = new(0, 0, null, [], null);

    /// <summary>Writes it into a folder: a JSON file and up to three matrices, each on the disk when this returns.</summary>
    public void Save(string folder)
    {
        Current?.Write(Path.Combine(folder, "current.f32"));
        Best?.Centroids.Write(Path.Combine(folder, "best.f32"));
        if (Sums is not null)
            WriteSums(Path.Combine(folder, SumsFile), Sums);
        var facts = new Facts(Restart, Iteration, Current is not null, Inertias, Best?.Restart, Best?.Inertias, Sums?.Length, Counts);
        using var file = File.Create(Path.Combine(folder, "kmeans.json"));
        JsonSerializer.Serialize(file, facts);
        file.Flush(flushToDisk: true);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="InvalidDataException">A damaged checkpoint.</exception>
    public static KMeansState Load(string folder)
    {
        var path = Path.Combine(folder, "kmeans.json");
        try
        {
            var facts = JsonSerializer.Deserialize<Facts>(File.ReadAllBytes(path)) ?? throw new InvalidDataException($"{path}: empty");
            var current = facts.HasCurrent ? Centroids.Read(Path.Combine(folder, "current.f32")) : null;
            var best = facts is { BestRestart: { } restart, BestInertias: { Count: > 0 } inertias }
                ? new KMeansRun(Centroids.Read(Path.Combine(folder, "best.f32")), inertias, restart)
                : null;
            var sums = facts.Sums is { } count ? ReadSums(Path.Combine(folder, SumsFile), count, current) : null;
            if (facts.Counts is { } counts && (counts.Length != current?.Count || counts.Any(c => c < 0)))
                throw new InvalidDataException($"{path}: has {counts.Length} counts of rows; expected {current?.Count ?? 0}, none below 0");
            return new KMeansState(facts.Restart, facts.Iteration, current, facts.Inertias, best, sums, facts.Counts);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path}: not a k-means checkpoint: {e.Message}", e);
        }
    }

    private static void WriteSums(string path, double[] sums)
    {
        using var file = File.Create(path);
        file.Write(MemoryMarshal.AsBytes<double>(sums));
        file.Flush(flushToDisk: true);
    }

    private static double[] ReadSums(string path, int count, Centroids? current)
    {
        var bytes = File.ReadAllBytes(path);
        if (count != current?.Values.Length || bytes.Length != (long)count * sizeof(double))
            throw new InvalidDataException($"{path}: has {bytes.Length} bytes; expected {current?.Values.Length ?? 0} sums of {sizeof(double)}");
        var sums = MemoryMarshal.Cast<byte, double>(bytes).ToArray();
        return Array.TrueForAll(sums, double.IsFinite) ? sums : throw new InvalidDataException($"{path}: holds NaN or infinity");
    }

    private sealed record Facts(
        int Restart, int Iteration, bool HasCurrent, IReadOnlyList<double> Inertias, int? BestRestart, IReadOnlyList<double>? BestInertias, int? Sums = null, long[]? Counts = null);
}
