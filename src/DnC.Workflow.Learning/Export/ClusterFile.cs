using DnC.Workflow.Learning.Clustering;
using DnC.Workflow.Learning.Native;
using DnC.Workflow.Learning.Weights;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Export;

/// <summary>
/// The clusters of a run beside the model that they were made by, as safetensors: 'centroids' (K, d) float32 and 'cluster' (K) int64, the
/// cluster of each centroid.
/// </summary>
public static class ClusterFile
{
    /// <summary>Writes them.</summary>
    public static void Write(string path, Centroids centroids, ClusterMap map)
    {
        ArgumentNullException.ThrowIfNull(centroids);
        ArgumentNullException.ThrowIfNull(map);
        using var scope = NewDisposeScope();
        var numbers = HostTensor.Of(Array.ConvertAll(map.ClusterOf, c => (long)c));
        SafetensorsFile.Write(path, [new("centroids", centroids.To(CPU)), new("cluster", numbers)]);
    }

    /// <summary>Reads them.</summary>
    /// <exception cref="WeightsFileException">The file is damaged or of another kind.</exception>
    public static (Centroids Centroids, int[] ClusterOf) Read(string path)
    {
        using var scope = NewDisposeScope();
        var read = SafetensorsFile.Read(path);
        if (!read.TryGetValue("centroids", out var centroids) || !read.TryGetValue("cluster", out var cluster)
            || centroids.dim() != 2 || centroids.shape[0] < 1 || centroids.dtype != ScalarType.Float32 || cluster.dtype != ScalarType.Int64 || !cluster.shape.SequenceEqual([centroids.shape[0]]))
        {
            throw new WeightsFileException(path, "expected 'centroids' (K, d) in F32 and 'cluster' (K) in I64");
        }

        return (Centroids.From(centroids), Array.ConvertAll(cluster.data<long>().ToArray(), c => (int)c));
    }
}
