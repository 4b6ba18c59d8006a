using DnC.Workflow.Images.Formats;
using DnC.Workflow.Images.Loading;
using DnC.Workflow.Learning.Clustering;
using DnC.Workflow.Learning.Models;
using DnC.Workflow.Learning.Weights;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Plan;

namespace DnC.Workflow.Learning.Phases;

/// <summary>
/// The second, streaming pass of clustering: images that the embedding does not hold, put through the base and assigned batch by batch. Of
/// them nothing is kept but their centroids' numbers.
/// </summary>
internal sealed class UnsampledImages
{
    private readonly StageContext _context;
    private readonly ClusterSettings _settings;
    private readonly StageDevice _device;
    private readonly ImageSet _set;

    /// <param name="context">The stage, with the input 'base'.</param>
    /// <param name="settings">Its settings.</param>
    /// <param name="device">Where the network runs.</param>
    /// <param name="source">The training images.</param>
    /// <param name="embedded">Those of them that the embedding holds.</param>
    public UnsampledImages(StageContext context, ClusterSettings settings, StageDevice device, IImageSource source, int[] embedded)
    {
        (_context, _settings, _device) = (context, settings, device);
        int[] rest = [.. StageImages.All(source).Except(embedded)];
        // The share that may be bad is meant of all images: those that the sample could not read are among these few again.
        var allowed = rest.Length == 0 ? 1 : Math.Min(1, settings.BadImageShare * source.Count / rest.Length);
        _set = StageImages.Plain(source, rest, context, settings.Model, allowed);
    }

    /// <summary>What the metrics say of those that could not be read: in the sample or outside it.</summary>
    public IReadOnlyList<object> Bad => StageImages.Bad(_set);

    /// <summary>FLOPs of the pass.</summary>
    public double Flops { get; private set; }

    /// <summary>The nearest centroid of each readable image, by its index in the source.</summary>
    /// <param name="found">What a resume goes on from.</param>
    /// <param name="centroids">Those that follow from it.</param>
    public IEnumerable<(int Image, int Centroid)> Assign(KMeansResult found, Centroids centroids)
    {
        using var encoder = new Encoder(_settings.Model, seed: 0, _device.Device);
        Flops = _set.Count * Models.Flops.Forward(encoder, _settings.Model.Side);
        ModelFile.Load(_context.Input("base"), encoder);
        using var nearest = new NearestCentroid(centroids, _device.Device, KMeansSettings.MetricOf(_settings.Cluster.Metric));
        var (restarts, done) = (_settings.Cluster.Restarts, new KMeansState(_settings.Cluster.Restarts, 0, null, [], found.Run));
        var passes = new PassSequence(_context, _device)
        {
            // Behind every step of k-means, whose end goes along: a resume has the same centroids at once.
            Before = restarts * KMeansSettings.Of(_settings.Cluster).UpdatesPerRun,
            Beside = done.Save,
        };
        var path = Path.Combine(_context.ScratchFolder, "assigned.f32");
        return FeaturePass.Nearest(passes, path, "assigning", _set, encoder, _settings.Layer, nearest).Select(r => (_set.SourceIndex(r.Image), r.Centroid));
    }
}
