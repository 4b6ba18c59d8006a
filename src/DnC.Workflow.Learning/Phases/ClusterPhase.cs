using System.Text.Json;
using DnC.Workflow.Images.Formats;
using DnC.Workflow.Learning.Clustering;
using DnC.Workflow.Learning.Training;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Keys;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Learning.Phases;

/// <summary>
/// Phase 3: k-means on the embedding, by default with cosine similarity [paper, C], then every image to its nearest centroid; small clusters
/// merged, large ones divided, several levels [ours].
/// </summary>
public sealed class ClusterPhase : IStageExecutor
{
    /// <inheritdoc/>
    public string Kind => "cluster";

    /// <inheritdoc/>
    public int Version => 2;

    /// <inheritdoc/>
    public StageResult Execute(StageContext context)
    {
        var settings = context.Read<ClusterSettings>();
        var (cluster, device) = (settings.Cluster, StageDevice.Open(context.Options));
        using var source = StageImages.OpenTraining(context);
        var (images, _) = MemberList.Read(context.Input("embedded"), source);

        var (found, divided, map) = Cluster(context, settings, device);
        var assigned = images.Zip(map.Apply(divided.Assignment)).ToList();
        IReadOnlyList<object> bad = [];
        // Two products of N×d by d×K an iteration: similarities and sums. Restarts before the best are counted as long as it.
        var rows = ((double)images.Length * found.Run.Inertias.Count) + ((double)cluster.MiniBatch * cluster.Iterations);
        var flops = 4.0 * rows * found.Centroids.Values.Length * cluster.Restarts;
        flops += 2.0 * images.Length * divided.Passes * divided.Centroids.Values.Length;
        if (context.Inputs.ContainsKey("base"))
        {
            var rest = new UnsampledImages(context, settings, device, source, images);
            assigned.AddRange(rest.Assign(found, divided.Centroids).Select(r => (r.Image, map.ClusterOf[r.Centroid])));
            bad = rest.Bad;
            flops += rest.Flops;
        }

        Write(context, source, divided.Centroids, map, assigned);
        return StageResult.Of(
            new
            {
                clusters = map.Count,
                sizes = Enumerable.Range(0, map.Count).Select(c => assigned.Count(a => a.Second == c)),
                inertia = found.Inertia,
                iterations = found.Run.Inertias.Count,
                restart = found.Run.Restart,
                flops,
                badImages = bad,
                provenance = device.Provenance(),
            },
            fanOut: map.Count);
    }

    private (KMeansResult Found, BoundedClusters Divided, ClusterMap Map) Cluster(StageContext context, ClusterSettings settings, StageDevice device)
    {
        var (cluster, seed) = (settings.Cluster, DerivedSeed.Of((ulong)settings.Seed, Kind));
        var search = KMeansSettings.Of(cluster);
        using var matrix = FeatureMatrix.Open(context.Input("embedding"));
        var found = KMeans.Fit(matrix, search, seed, device.Device, Resume(context), Observer(context, cluster));
        int[] groups = cluster.Levels.Count == 0
            ? [.. Enumerable.Range(0, found.Centroids.Count)]
            : CentroidLevels.Group(found.Centroids, cluster.Levels.Skip(1).Append(cluster.K), search, seed, device.Device, context.ScratchFolder, StopIfAsked);

        var minimum = Math.Max(2, (int)(cluster.MinimumShare * matrix.Rows / cluster.K));
        var maximum = cluster.MaximumShare is { } share ? Math.Max(2, (int)Math.Min(int.MaxValue, share * matrix.Rows / cluster.K)) : int.MaxValue;
        var divided = new BoundedClusters(found.Centroids, found.Assignment, groups, 0, 0);
        if (maximum < matrix.Rows)
        {
            divided = new ClusterBound(matrix, RowGeometry.Of(matrix, search.Metric), seed, device.Device, StopIfAsked).Hold(found.Centroids, found.Assignment, groups, maximum);
            if (divided.Largest > maximum)
                context.Report.Log($"A cluster keeps {divided.Largest} images, more than the {maximum} of cluster.maximumShare {cluster.MaximumShare}: too many of its images are embedded alike.");
        }

        return (found, divided, ClusterSizes.Merge(divided.Centroids, divided.Assignment, minimum, search.Metric, divided.GroupOf, maximum));

        void StopIfAsked()
        {
            if (context.StopRequested())
                throw new StageStopped();
        }
    }

    /// <summary>Whether more than merging comes after k-means: then its end is a resume point.</summary>
    private static bool GoesOn(StageContext context, ClusterSpec cluster) =>
        context.Inputs.ContainsKey("base") || cluster.MaximumShare is not null || cluster.Levels.Count > 0;

    private static KMeansState? Resume(StageContext context)
    {
        if (context.Checkpoints.ResumeFolder is not { } folder)
            return null;
        try
        {
            return KMeansState.Load(folder);
        }
        catch (Exception e) when (e is InvalidDataException or FileNotFoundException)
        {
            context.Report.Log($"The checkpoint cannot be used; starting from the beginning. {e.Message}");
            return null;
        }
    }

    private static Action<KMeansState> Observer(StageContext context, ClusterSpec cluster)
    {
        var pace = new CheckpointPace(context.Options.CheckpointSeconds, TimeProvider.System);
        var each = KMeansSettings.Of(cluster).UpdatesPerRun;
        var steps = cluster.Restarts * each;
        return state =>
        {
            var step = (state.Restart * each) + state.Iteration;
            context.Report.Progress(new StageProgress(step, steps, Loss: state.Inertias.Count > 0 ? state.Inertias[^1] : null, Phase: "k-means"));
            var stop = context.StopRequested();
            // The time to the first checkpoint of what follows begins at the end.
            var ends = state.Restart == cluster.Restarts && GoesOn(context, cluster);
            if (stop || ends || pace.IsDue)
            {
                pace.Write(() =>
                {
                    var folder = context.Checkpoints.Begin(step);
                    state.Save(folder);
                    context.Checkpoints.Commit(folder, step);
                });
            }

            if (stop)
                throw new StageStopped();
        };
    }

    private static void Write(StageContext context, IImageSource source, Centroids centroids, ClusterMap map, List<(int First, int Second)> assigned)
    {
        string At(string name) => Path.Combine(context.OutputFolder, name);
        centroids.Write(At(StageFiles.Centroids));
        File.WriteAllText(At(StageFiles.ClusterMap), JsonSerializer.Serialize(map, SpecJson.Options));
        MemberList.Write(At(StageFiles.Assignments), source, assigned);
        for (var c = 0; c < map.Count; c++)
            MemberList.Write(At(StageFiles.Members(c)), source, assigned.Where(a => a.Second == c).Select(a => a.First));
    }
}
