using System.Diagnostics;
using System.Text.Json;
using DnC.Workflow.Images.Formats;
using DnC.Workflow.Learning.Clustering;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Keys;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Learning.Phases;

/// <summary>Phase 3: k-means with cosine similarity on the embedding [paper, C], then every image to its nearest centroid; small clusters merged [ours].</summary>
public sealed class ClusterPhase : IStageExecutor
{
    /// <inheritdoc/>
    public string Kind => "cluster";

    /// <inheritdoc/>
    public int Version => 1;

    /// <inheritdoc/>
    public StageResult Execute(StageContext context)
    {
        var settings = context.Read<ClusterSettings>();
        var (cluster, device) = (settings.Cluster, StageDevice.Open(context.Options));
        using var source = StageImages.OpenTraining(context);
        var (images, _) = MemberList.Read(context.Input("embedded"), source);

        KMeansResult found;
        using (var matrix = FeatureMatrix.Open(context.Input("embedding")))
        {
            found = KMeans.Fit(matrix, Search(cluster), DerivedSeed.Of((ulong)settings.Seed, Kind), device.Device, Resume(context), Observer(context, cluster));
        }

        var minimum = Math.Max(2, (int)(cluster.MinimumShare * images.Length / cluster.K));
        var map = ClusterSizes.Merge(found.Centroids, found.Assignment, minimum);
        var assigned = images.Zip(map.Apply(found.Assignment)).ToList();
        IReadOnlyList<object> bad = [];
        // Two products of N×d by d×K an iteration: similarities and sums. Restarts before the best are counted as long as it.
        var rows = ((double)images.Length * found.Run.Inertias.Count) + ((double)cluster.MiniBatch * cluster.Iterations);
        var flops = 4.0 * rows * found.Centroids.Values.Length * cluster.Restarts;
        if (context.Inputs.ContainsKey("base"))
        {
            var rest = new UnsampledImages(context, settings, device, source, images);
            assigned.AddRange(rest.Assign(found).Select(r => (r.Image, map.ClusterOf[r.Centroid])));
            bad = rest.Bad;
            flops += rest.Flops;
        }

        Write(context, source, found, map, assigned);
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

    /// <summary>How the spec wants the clusters to be searched.</summary>
    internal static KMeansSettings Search(ClusterSpec cluster) =>
        new(cluster.K) { Restarts = cluster.Restarts, MaxIterations = cluster.Iterations, MiniBatch = cluster.MiniBatch };

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
        var since = Stopwatch.StartNew();
        var each = Search(cluster).UpdatesPerRun;
        var steps = cluster.Restarts * each;
        return state =>
        {
            var step = (state.Restart * each) + state.Iteration;
            context.Report.Progress(new StageProgress(step, steps, Loss: state.Inertias.Count > 0 ? state.Inertias[^1] : null, Phase: "k-means"));
            var stop = context.StopRequested();
            // The time to the first checkpoint of what follows begins at the end.
            var ends = state.Restart == cluster.Restarts && context.Inputs.ContainsKey("base");
            if (stop || ends || since.Elapsed.TotalSeconds >= context.Options.CheckpointSeconds)
            {
                var folder = context.Checkpoints.Begin(step);
                state.Save(folder);
                context.Checkpoints.Commit(folder, step);
                since.Restart();
            }

            if (stop)
                throw new StageStopped();
        };
    }

    private static void Write(StageContext context, IImageSource source, KMeansResult found, ClusterMap map, List<(int First, int Second)> assigned)
    {
        string At(string name) => Path.Combine(context.OutputFolder, name);
        found.Centroids.Write(At(StageFiles.Centroids));
        File.WriteAllText(At(StageFiles.ClusterMap), JsonSerializer.Serialize(map, SpecJson.Options));
        MemberList.Write(At(StageFiles.Assignments), source, assigned);
        for (var c = 0; c < map.Count; c++)
            MemberList.Write(At(StageFiles.Members(c)), source, assigned.Where(a => a.Second == c).Select(a => a.First));
    }
}
