using System.Formats.Tar;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Plan;

namespace DnC.Workflow.Learning.Tests.Phases;

public sealed class BadImagesTests : IDisposable
{
    private static readonly string[] Short = ["base.epochs=1", "experts.epochs=1", "distill.epochs=1", "data.badImageShare=0.02"];
    private readonly TemporaryFolder _folder = new();
    private readonly string _images;
    private readonly List<string> _bad;

    /// <summary>Three of 240 images hold bytes that are no image.</summary>
    public BadImagesTests()
    {
        _images = RenderedSet.CopyTo(_folder.File("images"));
        _bad = Damage(Path.Combine(_images, "pretrain-000000.tar"), 5, 77, 239);
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("embed.sample=240", 0.02)]
    // A sample that leaves three images out: what it could not read is a large part of the rest, and of all images a small one.
    [InlineData("embed.sample=237", 0.02)]
    [InlineData("embed.sample=60", 0.05)]
    public void They_are_skipped_and_listed_and_in_no_cluster(string sample, double share)
    {
        using var run = new PhaseRun(_images, [.. Short, sample, FormattableString.Invariant($"data.badImageShare={share}")]);
        run.Run("distill");

        Assert.Equal(_bad, Bad(run, "base"));
        Assert.Equal(sample.EndsWith("240", StringComparison.Ordinal) ? _bad : Bad(run, "embed").Intersect(_bad), Bad(run, "embed"));
        Assert.Equal(sample.EndsWith("240", StringComparison.Ordinal) ? [] : _bad, Bad(run, "cluster"));
        Assert.Equal(Ids(run, "embed", StageFiles.EmbeddedImages).Count(), run.Metric("embed", "images"));
        Assert.Empty(Ids(run, "embed", StageFiles.EmbeddedImages).Intersect(_bad));
        Assert.Equal(237, Ids(run, "cluster", StageFiles.Assignments).Distinct().Count());
        Assert.Empty(Ids(run, "cluster", StageFiles.Assignments).Intersect(_bad));
        for (var k = 0; k < run.Results["cluster"].FanOut; k++)
        {
            Assert.Empty(Ids(run, "cluster", StageFiles.Members(k)).Intersect(_bad));
            Assert.Empty(Bad(run, $"expert[{k}]"));
        }

        Assert.Empty(Bad(run, "distill"));
    }

    [Fact]
    public void Of_a_resumed_embedding_those_before_its_checkpoint_are_listed_too()
    {
        using var run = new PhaseRun(_images, [.. Short, "embed.batch=80"]);
        run.ProvideModel("base", 1);
        run.Run("embed");
        var undisturbed = run.Digest("embed", StageFiles.Embedding);
        var (checkpoints, batches) = (run.Checkpoints(), 0);
        Assert.Throws<StageStopped>(() => run.Attempt("embed", checkpoints, () => ++batches == 2, out _));
        run.Results["embed"] = run.Attempt("embed", checkpoints, () => false, out _);

        Assert.Equal(_bad, Bad(run, "embed"));
        Assert.Equal(undisturbed, run.Digest("embed", StageFiles.Embedding));
    }

    [Theory]
    [InlineData("base")]
    [InlineData("embed")]
    public void Above_the_share_the_stage_fails_with_the_list(string stage)
    {
        using var run = new PhaseRun(_images, [.. Short, "data.badImageShare=0.01"]);
        run.ProvideModel("base", 1);

        var failure = Assert.Throws<StageFailure>(() => run.Attempt(stage, run.Checkpoints(), () => false, out _));

        Assert.False(failure.Retryable);
        Assert.Contains("data.badImageShare", failure.Message, StringComparison.Ordinal);
        Assert.All(_bad, id => Assert.Contains(id, failure.Message, StringComparison.Ordinal));
    }

    private static IEnumerable<string> Bad(PhaseRun run, string stage) =>
        run.Results[stage].Metrics.GetProperty("badImages").EnumerateArray().Select(b => b.GetProperty("id").GetString()!);

    private static IEnumerable<string> Ids(PhaseRun run, string stage, string file) => File.ReadLines(run.Output(stage, file)).Select(l => l.Split('\t')[0]);

    /// <summary>Overwrites entries of a shard, by number, with bytes that are no image; the tar stays whole.</summary>
    private static List<string> Damage(string shard, params int[] entries)
    {
        using var file = File.Open(shard, FileMode.Open, FileAccess.ReadWrite);
        var places = new List<(string Name, long At, long Length)>();
        using (var tar = new TarReader(file, leaveOpen: true))
        {
            while (tar.GetNextEntry() is { } entry)
                places.Add((entry.Name, entry.DataOffset, entry.Length));
        }

        foreach (var (_, at, length) in entries.Select(e => places[e]))
        {
            file.Position = at;
            file.Write(new byte[length]);
        }

        return [.. entries.Select(e => $"{Path.GetFileName(shard)}/{places[e].Name}")];
    }
}
