using DnC.Workflow.Cli.Status;
using DnC.Workflow.Cli.Terminal;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Lifecycle;
using Spectre.Console.Testing;

namespace DnC.Workflow.Cli.Tests.Terminal;

public sealed class EvaluationTableTests : IDisposable
{
    private readonly TestConsole _console = new TestConsole().Width(80);

    public void Dispose() => _console.Dispose();

    [Fact]
    public void The_whole_test_set_comes_first_then_each_expert_on_its_own_cluster()
    {
        var report = StatusReport.Of(Views.Run(
            RunState.Succeeded,
            Views.Evaluation("pixels", new EvaluationRow("chance", null, 662, 0.74, null, 0.74, null), new EvaluationRow("raw pixels", null, 662, 11.04, 1.21, 15.6, 1.4)),
            Views.Clusters(new ClusterMetrics(2000, 2, 0.141, 0.15, 0.58, 0.28)),
            Views.Evaluation("equal-length", new EvaluationRow("equal-length", null, 662, 18, 1.5, 19, 1.5)),
            Views.Evaluation("dnc", new EvaluationRow("dnc", null, 662, 16.96, 1.46, 17, 1.5)),
            Views.Evaluation("base", new EvaluationRow("base", null, 662, 14, 1.3, 15, 1.4)),
            Views.Evaluation("expert[1]", new EvaluationRow("expert[1]", "cluster 1", 300, 20, 2, null, null), new EvaluationRow("base", "cluster 1", 300, 19, 2, 18, 2))));
        EvaluationTable.Write(_console, report);
        Assert.Equal(
            """
                      Top-1 on the test images, percent

              model                k-NN   linear probe   images
            ─────────────────────────────────────────────────────
              chance                0.7            0.7      662
              raw pixels     11.0 ± 1.2     15.6 ± 1.4      662
              base           14.0 ± 1.3     15.0 ± 1.4      662
              dnc            17.0 ± 1.5     17.0 ± 1.5      662
              equal-length   18.0 ± 1.5     19.0 ± 1.5      662

               Each expert against the base on its own cluster, percent

              on          model             k-NN   linear probe   images
            ──────────────────────────────────────────────────────────────
              cluster 1   base        19.0 ± 2.0     18.0 ± 2.0      300
              cluster 1   expert[1]   20.0 ± 2.0              –      300

            2 clusters against labels of 2000 images: classes purity 0.14, NMI 0.15; domains
            purity 0.58, NMI 0.28
            """,
            Views.Trimmed(_console.Output).Split("\nMeasured at equal length")[0]);
        Assert.Contains("neither was the better use", Views.Trimmed(_console.Output).ReplaceLineEndings(" "), StringComparison.Ordinal);
    }

    [Fact]
    public void Rounds_stand_in_their_order_with_the_last_model_after_those_before_it()
    {
        var report = StatusReport.Of(Views.Run(
            RunState.Succeeded,
            Views.Clusters(new ClusterMetrics(2000, 2, 0.14, 0.15, null, null)),
            Views.Clusters(new ClusterMetrics(2000, 3, 0.2, 0.25, null, null), "clusters@2"),
            Views.Evaluation("dnc", new EvaluationRow("dnc", null, 662, 18, 1.5, 19, 1.5)),
            Views.Evaluation("dnc@1", new EvaluationRow("dnc@1", null, 662, 17, 1.5, 17, 1.5)),
            Views.Evaluation("base", new EvaluationRow("base", null, 662, 14, 1.3, 15, 1.4)),
            Views.Evaluation("expert@2[1]", new EvaluationRow("expert@2[1]", "round 2, cluster 1", 300, 20, 2, 20, 2), new EvaluationRow("dnc@1", "round 2, cluster 1", 300, 19, 2, 18, 2)),
            Views.Evaluation("expert[1]", new EvaluationRow("expert[1]", "cluster 1", 300, 20, 2, 20, 2), new EvaluationRow("base", "cluster 1", 300, 19, 2, 18, 2))));
        EvaluationTable.Write(_console, report);
        Assert.Equal(
            """
                  Top-1 on the test images, percent

              model         k-NN   linear probe   images
            ──────────────────────────────────────────────
              base    14.0 ± 1.3     15.0 ± 1.4      662
              dnc@1   17.0 ± 1.5     17.0 ± 1.5      662
              dnc     18.0 ± 1.5     19.0 ± 1.5      662

                    Each expert against the base on its own cluster, percent

              on                   model               k-NN   linear probe   images
            ─────────────────────────────────────────────────────────────────────────
              cluster 1            base          19.0 ± 2.0     18.0 ± 2.0      300
              cluster 1            expert[1]     20.0 ± 2.0     20.0 ± 2.0      300
              round 2, cluster 1   dnc@1         19.0 ± 2.0     18.0 ± 2.0      300
              round 2, cluster 1   expert@2[1]   20.0 ± 2.0     20.0 ± 2.0      300

            round 1: 2 clusters against labels of 2000 images: classes purity 0.14, NMI 0.15
            round 2: 3 clusters against labels of 2000 images: classes purity 0.20, NMI 0.25
            """,
            Views.Trimmed(_console.Output));
    }

    [Fact]
    public void Of_very_many_experts_there_is_a_sum_by_images()
    {
        var own = Enumerable.Range(0, 1000).SelectMany(i => new[]
        {
            new EvaluationRow($"expert[{i}]", $"cluster {i}", i == 0 ? 1000 : 1, i == 0 ? 50 : 100, 2, null, null),
            new EvaluationRow("base", $"cluster {i}", i == 0 ? 1000 : 1, 25, 2, 18, 2),
        });
        EvaluationTable.Write(_console, StatusReport.Of(Views.Run(RunState.Succeeded, Views.Evaluation("expert[0]", [.. own]))));
        Assert.Equal(
            "1000 experts against the base on their own clusters, percent of all images in them: k-NN 75.0 against 25.0, linear probe – against 18.0. 'dnc status --json' has each.",
            Views.Trimmed(_console.Output).ReplaceLineEndings(" "));
    }

    [Fact]
    public void Of_fewer_than_ten_test_images_no_share_is_told()
    {
        EvaluationTable.Write(_console, StatusReport.Of(Views.Run(
            RunState.Succeeded,
            Views.Evaluation("base", new EvaluationRow("base", null, 10, 50, 15.8, 40, 15.5)),
            Views.Evaluation("expert[1]", new EvaluationRow("expert[1]", "cluster 1", 2, 50, 35.4, 50, 35.4)))));
        Assert.Equal(
            """
                   Top-1 on the test images, percent

              model          k-NN   linear probe   images
            ───────────────────────────────────────────────
              base    50.0 ± 15.8    40.0 ± 15.5       10

            Each expert against the base on its own cluster, percent

              on          model       k-NN   linear probe   images
            ────────────────────────────────────────────────────────
              cluster 1   expert[1]      –              –        2
            """,
            Views.Trimmed(_console.Output));
    }

    [Fact]
    public void Without_labels_there_is_a_reason_instead()
    {
        EvaluationTable.Write(_console, StatusReport.Of(Views.Run(RunState.Succeeded, Views.Stage("base", StageState.Succeeded))));
        Assert.Equal("Evaluation skipped: no labels", Views.Trimmed(_console.Output));
    }

    [Fact]
    public void Before_anything_is_measured_nothing_is_shown()
    {
        EvaluationTable.Write(_console, StatusReport.Of(Views.Run(RunState.Running, Views.Stage("evaluate[dnc]", StageState.Waiting, "evaluate"))));
        Assert.Empty(_console.Output);
    }
}
