using DnC.Workflow.Learning.Clustering;
using DnC.Workflow.Learning.Models;
using DnC.Workflow.Learning.Phases;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Plan;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Tests.Phases;

public class EmbedPhaseTests
{
    private const string Batch = "embed.batch=48";

    [Theory]
    [InlineData("hidden", 32)]
    [InlineData("pooled", 64)]
    [InlineData("projection", 16)]
    public void A_row_is_the_layer_of_its_image_in_eval_mode(string layer, int dimension)
    {
        using var run = Prepared($"embed.layer={layer}");
        run.Run("embed");

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var source = run.Train();
        using var matrix = FeatureMatrix.Open(run.Output("embed", StageFiles.Embedding));
        using var encoder = new Encoder(run.Spec.Model, seed: 5);
        encoder.eval();
        var (images, _) = MemberList.Read(run.Output("embed", StageFiles.EmbeddedImages), source);
        Assert.Equal(Enumerable.Range(0, RenderedSet.Images), images);
        Assert.Equal((RenderedSet.Images, dimension), (matrix.Rows, matrix.Columns));
        foreach (var row in new[] { 0, 100, 239 })
        {
            var embedding = encoder.Embed(PlainImages.Of(run, source, images[row]));
            var expected = layer switch { "hidden" => embedding.Hidden, "pooled" => embedding.Pooled, _ => embedding.Projection };
            Assert.True(allclose(expected[0], tensor(matrix.Row(row).ToArray()), rtol: 1e-4, atol: 1e-5), $"row {row}");
        }
    }

    [Fact]
    public void A_sample_is_drawn_by_the_seed_and_each_image_once()
    {
        int[] Sampled(params string[] overrides)
        {
            using var run = Prepared(overrides);
            run.Run("embed");
            using var source = run.Train();
            return MemberList.Read(run.Output("embed", StageFiles.EmbeddedImages), source).Images;
        }

        var sample = Sampled("embed.sample=90");
        Assert.Equal(90, sample.Distinct().Count());
        Assert.Equal(sample.Order(), sample);
        Assert.Equal(sample, Sampled("embed.sample=90"));
        Assert.NotEqual(sample, Sampled("embed.sample=90", "seed=2"));
        // No run of the first images: the sample reaches over the set.
        Assert.InRange(sample.Average(), 90, 150);
    }

    [Fact]
    public void The_batch_of_the_spec_is_that_of_the_pass()
    {
        using var run = Prepared("embed.batch=7");
        var asked = 0;
        run.Attempt("embed", run.Checkpoints(), () => ++asked < 0, out _);

        Assert.Equal(35, asked);
    }

    [Fact]
    public void In_half_precision_rows_are_those_of_float32_rounded_and_a_resume_writes_the_same_bytes()
    {
        using var full = Prepared();
        full.Run("embed");
        using var run = Prepared("embed.precision=fp16");
        run.Run("embed");
        string[] undisturbed = [.. Digests(run)];
        using (var expected = FeatureMatrix.Open(full.Output("embed", StageFiles.Embedding)))
        using (var matrix = FeatureMatrix.Open(run.Output("embed", StageFiles.Embedding)))
        {
            Assert.Equal(FeatureElement.Float16, matrix.Element);
            Assert.Equal(expected.Block(0, expected.Rows).ToArray().Select(v => (float)(Half)v), matrix.Block(0, matrix.Rows).ToArray());
        }

        var checkpoints = run.Checkpoints();
        var batches = 0;
        Assert.Throws<StageStopped>(() => run.Attempt("embed", checkpoints, () => ++batches == 2, out _));
        run.Attempt("embed", checkpoints, () => false, out _);
        Assert.Equal(undisturbed, Digests(run));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void Stopped_at_any_batch_and_resumed_it_writes_the_same_bytes(int stopAt)
    {
        using var run = Prepared();
        run.Run("embed");
        string[] undisturbed = [.. Digests(run)];
        var checkpoints = run.Checkpoints();
        var batches = 0;
        Assert.Throws<StageStopped>(() => run.Attempt("embed", checkpoints, () => ++batches == stopAt, out _));
        Assert.Equal([stopAt], checkpoints.Committed);

        run.Attempt("embed", checkpoints, () => ++batches < 0, out _);

        Assert.Equal(5, batches);
        Assert.Equal(undisturbed, Digests(run));
    }

    [Fact]
    public void Many_checkpoints_and_stops_write_the_same_bytes_and_each_row_once_more()
    {
        using var run = Prepared();
        run.Run("embed");
        string[] undisturbed = [.. Digests(run)];
        var checkpoints = run.Checkpoints();
        for (var attempt = 0; attempt < 2; attempt++)
        {
            var batches = 0;
            Assert.Throws<StageStopped>(() => run.Attempt("embed", checkpoints, () => ++batches == 2, out _, checkpointSeconds: 0));
        }

        Assert.Equal([1, 2, 3, 4], checkpoints.Committed);
        Assert.Equal(Enumerable.Repeat(64 + (48 * 32 * 4L), 4), Segments(checkpoints).Select(s => new FileInfo(s).Length));
        run.Attempt("embed", checkpoints, () => false, out _);
        Assert.Equal(undisturbed, Digests(run));
    }

    [Fact]
    public void A_stale_attempt_that_goes_on_changes_nothing_its_successor_reads()
    {
        using var run = Prepared();
        run.Run("embed");
        string[] undisturbed = [.. Digests(run)];
        var checkpoints = run.Checkpoints();
        var (first, batches) = (new FrozenCheckpoints(checkpoints), 0);
        // The first attempt lost its lease after its checkpoint; it goes on while the second one runs, and is refused.
        Assert.Throws<StageStopped>(() => run.Attempt("embed", first, () =>
        {
            if (++batches == 3)
            {
                first.Stale = true;
                run.Attempt("embed", checkpoints, () => false, out _);
                Assert.Equal(undisturbed, Digests(run));
            }

            return false;
        }, out _, checkpointSeconds: 0));

        Assert.Equal([1, 2], checkpoints.Committed);
        run.Attempt("embed", checkpoints, () => false, out _);
        Assert.Equal(undisturbed, Digests(run));
    }

    [Theory]
    [InlineData("segment-000000.bin", 100)]
    [InlineData("segment-000001.bin", 0)]
    [InlineData("pass.json", 0)]
    public void A_damaged_checkpoint_costs_time_and_not_the_result(string file, int at)
    {
        using var run = Prepared();
        run.Run("embed");
        string[] undisturbed = [.. Digests(run)];
        var checkpoints = run.Checkpoints();
        var batches = 0;
        Assert.Throws<StageStopped>(() => run.Attempt("embed", checkpoints, () => ++batches == 2, out _, checkpointSeconds: 0));
        var path = Path.Combine(checkpoints.ResumeFolder!, "pass-0000", file);
        var bytes = File.ReadAllBytes(path);
        bytes[at] ^= 0xff;
        File.WriteAllBytes(path, bytes);

        run.Attempt("embed", checkpoints, () => false, out _);

        Assert.Contains(run.Log, l => l.Contains("cannot be used", StringComparison.Ordinal) && l.Contains(file, StringComparison.Ordinal));
        Assert.Equal(undisturbed, Digests(run));
    }

    private static PhaseRun Prepared(params string[] overrides)
    {
        var run = new PhaseRun([Batch, .. overrides]);
        run.ProvideModel("base", seed: 5);
        return run;
    }

    private static IEnumerable<string> Digests(PhaseRun run) => [run.Digest("embed", StageFiles.Embedding), run.Digest("embed", StageFiles.EmbeddedImages)];

    private static IEnumerable<string> Segments(FolderCheckpoints checkpoints) => Directory.EnumerateFiles(Path.Combine(checkpoints.ResumeFolder!, "pass-0000"), "segment-*");

    /// <summary>What an attempt has of the checkpoints: its own resume point, and a refusal once it is not the current one.</summary>
    private sealed class FrozenCheckpoints(FolderCheckpoints current) : ICheckpoints
    {
        public bool Stale { get; set; }

        public string? ResumeFolder { get; } = current.ResumeFolder;

        public string Begin(long step) => current.Begin(step);

        public void Commit(string folder, long step)
        {
            if (Stale)
                throw new StageStopped();
            current.Commit(folder, step);
        }
    }
}
