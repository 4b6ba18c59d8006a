using DnC.Workflow.Runtime.Execute;
using DnC.Workflow.Runtime.Execute.Tracking;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Tests.Execute;

/// <summary>Curves through the runner, read back by a reader of the test's own.</summary>
public sealed class TensorBoardCurvesTests : IDisposable
{
    private readonly RunnerFixture _runner = new();

    public TensorBoardCurvesTests() => _runner.TensorBoard = _runner.Folder.At("curves");

    private string Stage => _runner.Folder.At("curves", "run", "base");

    public void Dispose() => _runner.Dispose();

    [Fact]
    public void The_check_sum_is_CRC_32C_masked()
    {
        // The check value of CRC-32C, as catalogues of such sums give it.
        Assert.Equal(0xE3069283u, EventFiles.Crc("123456789"u8));
        Assert.Equal(EventFiles.Masked("123456789"u8), TensorBoardEvent.MaskedCrc("123456789"u8));
    }

    [Fact]
    public void Points_can_be_read_while_the_stage_runs()
    {
        _runner.Run(RunnerFixture.Claim(), context =>
        {
            context.Report.Metrics(new StageMetrics(1, new Dictionary<string, double> { ["loss"] = 0.5, ["embeddingRank"] = 3.25 }));
            Assert.Equal([(1, "embeddingRank", 3.25f), (1, "loss", 0.5f)], EventFiles.Read(Stage));
            Report(context, 2, 2);
            return LambdaBody.Nothing;
        });
        Assert.Equal([(1, "embeddingRank", 3.25f), (1, "loss", 0.5f), (2, "loss", 2f)], EventFiles.Read(Stage));
    }

    [Fact]
    public void A_resumed_attempt_neither_repeats_nor_goes_back()
    {
        _runner.Run(RunnerFixture.Claim(), context =>
        {
            Report(context, 1, 5);
            throw new StageStopped();
        });

        // What a kill in the middle of a write leaves.
        var first = Assert.Single(Directory.GetFiles(Stage));
        File.WriteAllBytes(first, File.ReadAllBytes(first)[..^3]);
        _runner.Run(RunnerFixture.Claim(attempt: 2, resume: new CheckpointRef("run/base.checkpoints/2", 2)), new Going(3, 6));
        Assert.Equal(2, Directory.GetFiles(Stage).Length);
        Assert.Equal([1, 2, 3, 4, 5, 6], EventFiles.Read(Stage).Select(p => p.Step));
    }

    [Fact]
    public void An_attempt_that_begins_again_replaces_all_that_was_shown()
    {
        _runner.Run(RunnerFixture.Claim(), new Going(1, 4));
        _runner.Run(RunnerFixture.Claim(attempt: 2), new Going(1, 2));
        Assert.Equal([1, 2], EventFiles.Read(Stage).Select(p => p.Step));
    }

    [Fact]
    public void A_folder_that_cannot_be_written_hurts_no_stage()
    {
        File.WriteAllText(_runner.Folder.At("curves"), "a file");
        _runner.Run(RunnerFixture.Claim(), context =>
        {
            Report(context, 1, 3);
            return LambdaBody.Nothing;
        });
        Assert.Contains("complete base", _runner.Ledger.Calls);
        var log = File.ReadAllText(_runner.Folder.At("work", "run", "base", "1-1", "log.txt"));
        Assert.Single(log.Split('\n'), l => l.Contains("curves for TensorBoard end here", StringComparison.Ordinal));
    }

    private static void Report(StageContext context, long from, long to)
    {
        for (var step = from; step <= to; step++)
            context.Report.Metrics(new StageMetrics(step, new Dictionary<string, double> { ["loss"] = step }));
    }

    /// <summary>A body's host that needs no checkpoint in the store.</summary>
    private sealed class Going(long from, long to) : IStageHost
    {
        public AttemptOutcome Run(HostedAttempt attempt)
        {
            for (var step = from; step <= to; step++)
                attempt.Metrics(new StageMetrics(step, new Dictionary<string, double> { ["loss"] = step }));
            return new AttemptOutcome.Finished(LambdaBody.Nothing);
        }
    }
}
