using System.Text.Json;
using DnC.Workflow.Report.Facts;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Report.Reading;

/// <summary>Reads all that a report shows into its record. Changes nothing, waits for nothing: a run that is under way is read as it stands.</summary>
public static class FactsReader
{
    /// <summary>Points of the map, among which neighbours are looked for, too. [ours]</summary>
    private const int MapPoints = 1000;

    /// <summary>Reads a run.</summary>
    public static RunFacts Read(RunReading run)
    {
        ArgumentNullException.ThrowIfNull(run);
        var spec = JsonSerializer.Deserialize<RunSpec>(run.View.SpecJson, SpecJson.Options)!;
        var missing = new MissingParts();
        var files = new ArtifactFiles(run, missing);
        var stages = StageReader.Stages(run);
        var curves = CurveReader.Read(run, files, missing);
        using var images = HasImages(run) ? TrainingImages.Open(run.View.Data ?? spec.Data, missing) : null;
        var album = new PictureAlbum(images);
        var (divisions, map, neighbours) = Images(run, spec, files, images, album, missing);
        var summary = run.View.Summary;
        return new RunFacts(
            RunFacts.CurrentFormat,
            new RunHead(summary.Id, summary.Name, summary.State.Word(), summary.Gated, summary.Created, summary.State.IsEnded() ? summary.Ended : null, run.Seen, run.Model),
            stages,
            StageReader.Attempts(run),
            [.. run.Wishes.Select(w => new WishFacts(w.At, Word(w.Event), w.Who, FreeText.LineOrNull(w.Detail)))],
            curves,
            divisions,
            map,
            neighbours,
            run.Measured,
            StageReader.Cost(stages),
            Origin(run, spec),
            album.Develop(missing),
            missing.All);
    }

    private static (IReadOnlyList<DivisionFacts> Divisions, MapFacts? Map, NeighbourFacts? Neighbours) Images(
        RunReading run, RunSpec spec, ArtifactFiles files, TrainingImages? images, PictureAlbum album, MissingParts missing)
    {
        var divisions = new List<DivisionFacts>();
        MapFacts? map = null;
        NeighbourFacts? neighbours = null;
        for (var round = 1; round <= spec.Rounds; round++)
        {
            var suffix = round == 1 ? "" : FormattableString.Invariant($"@{round}");
            var sample = EmbeddedSample.Read(run, files, images, suffix, missing);
            var division = new DivisionReader(run, files, images, album).Read(round, spec.Rounds, spec.Cluster.K, suffix, sample);
            if (division is not null)
                divisions.Add(division);
            if (round > 1 || sample is null)
                continue;
            var points = sample.At(Thinned<int>.Evenly([.. Enumerable.Range(0, sample.Images.Count)], MapPoints));
            var pooled = PooledFeatures.Of(run, spec, files, images, points, missing);
            map = MapReader.Read(points, pooled, images, album);
            neighbours = NeighbourReader.Read(points, pooled, images, album);
        }

        return (divisions, map, neighbours);
    }

    private static OriginFacts Origin(RunReading run, RunSpec spec)
    {
        using var document = JsonDocument.Parse(run.View.SpecJson);
        var nodes = run.View.Stages;
        return new OriginFacts(
            run.Program,
            document.RootElement.Clone(),
            (run.View.Data ?? spec.Data).Path,
            nodes.Where(s => s.Node.Kind == "base").Select(s => StageReader.Number(s.Metrics, "members")).OfType<double>().Select(n => (long?)n).FirstOrDefault(),
            nodes.SelectMany(s => s.Node.Data).GroupBy(d => d.Key, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.First().Value, StringComparer.Ordinal),
            nodes.Select(s => s.Node.Kind).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
                .Select(kind => (kind, version: nodes.Where(s => s.Node.Kind == kind).Max(s => s.Version) ?? run.Versions.GetValueOrDefault(kind)))
                .Where(v => v.version > 0).ToDictionary(v => v.kind, v => v.version, StringComparer.Ordinal),
            [.. run.Attempts.Select(a => a.Worker).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            run.Skipped);
    }

    // Nothing of the data is opened before there is anything to show of it.
    private static bool HasImages(RunReading run) => run.View.Stages.Any(s => s.Node.Kind is "embed" or "cluster" && s.State is StageState.Succeeded or StageState.Reused);

    private static string Word(RunWishEvent wish) => JsonNamingPolicy.CamelCase.ConvertName(wish.ToString());
}
