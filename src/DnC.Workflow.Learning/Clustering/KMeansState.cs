using System.Text.Json;

namespace DnC.Workflow.Learning.Clustering;

/// <summary>Between two iterations: everything that <see cref="KMeans"/> needs to go on to the bit-identical result.</summary>
/// <param name="Restart">The run at work, from 0.</param>
/// <param name="Iteration">Updates done in it.</param>
/// <param name="Current">Its centroids; null before its seeding.</param>
/// <param name="Inertias">Inertia before each of those updates.</param>
/// <param name="Best">The best of the runs before; null in the first.</param>
public sealed record KMeansState(int Restart, int Iteration, Centroids? Current, IReadOnlyList<double> Inertias, KMeansRun? Best)
{
    /// <summary>Before anything was done.</summary>
    public static KMeansState Start { get; } = new(0, 0, null, [], null);

    /// <summary>Writes it into a folder: a JSON file and up to two matrices, each on the disk when this returns.</summary>
    public void Save(string folder)
    {
        Current?.Write(Path.Combine(folder, "current.f32"));
        Best?.Centroids.Write(Path.Combine(folder, "best.f32"));
        var facts = new Facts(Restart, Iteration, Current is not null, Inertias, Best?.Restart, Best?.Inertias);
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
            return new KMeansState(facts.Restart, facts.Iteration, current, facts.Inertias, best);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path}: not a k-means checkpoint: {e.Message}", e);
        }
    }

    private sealed record Facts(
        int Restart, int Iteration, bool HasCurrent, IReadOnlyList<double> Inertias, int? BestRestart, IReadOnlyList<double>? BestInertias);
}
